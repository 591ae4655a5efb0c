import "server-only";
import { EMBED_SECONDS_MAX, type Panel } from "@/lib/access/embeds/panel";
import { makeEmbedToken } from "@/lib/access/embeds/token";
import { Refused } from "@/lib/base/errors/refused";

export interface EmbedWanted {
  readonly panel: Panel;
  readonly origin: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
}

/** A token for one panel in one host page, and the path to frame. Refuses an origin that is not configured. */
export function makeEmbed(
  embeds: { readonly secret: string; readonly origins: readonly string[] },
  wanted: EmbedWanted,
  nowMs: number,
): { readonly token: string; readonly url: string; readonly expiresMs: number } {
  if (!embeds.origins.includes(wanted.origin)) {
    throw new Refused(422, "Origin not allowed", `${wanted.origin} is not among embeds.origins`);
  }
  const expiresMs = nowMs + Math.min(wanted.ttlSeconds, EMBED_SECONDS_MAX) * 1000;
  const { panel, origin, labels } = wanted;
  const token = makeEmbedToken(embeds.secret, { panel, origin, labels: { ...labels }, expiresMs });
  return { token, url: `/embed/${panel}?token=${token}`, expiresMs };
}
