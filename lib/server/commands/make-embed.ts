import "server-only";
import { TOKEN_LENGTH_MAX } from "@/lib/access/auth/signed";
import { EMBED_SECONDS_MAX, type Panel } from "@/lib/access/embeds/panel";
import { makeEmbedToken } from "@/lib/access/embeds/token";
import { Refused } from "@/lib/base/errors/refused";
import { BASE_PATH } from "@/lib/base/http/base-path";
import { SECOND } from "@/lib/base/time/duration";
import { normalisedOrigin } from "@/lib/config/origin";
import { PANEL_LABELS } from "@/lib/views/panels/scope";

interface EmbedRequest {
  readonly panel: Panel;
  readonly origin: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
}

/** A token for one panel in pages of one origin, and the path to frame. Refuses an origin that is not configured. */
export function makeEmbed(
  embeds: { readonly secret: string; readonly origins: readonly string[] },
  { panel, origin: requested, labels, ttlSeconds }: EmbedRequest,
  nowMs: number,
): { readonly token: string; readonly url: string; readonly expiresMs: number } {
  const origin = normalisedOrigin(requested);
  if (origin === null || !embeds.origins.includes(origin)) {
    throw new Refused(422, "Origin not allowed", `${requested} is not among embeds.origins`);
  }
  const unknown = Object.keys(labels).filter((name) => !PANEL_LABELS[panel].includes(name));
  if (unknown.length > 0) {
    const detail = `labels: ${panel} has ${PANEL_LABELS[panel].join(", ")}, and not ${unknown.join(", ")}`;
    throw new Refused(422, "Label not of this panel", detail, {}, [{ path: "labels", message: detail }]);
  }
  const expiresMs = nowMs + Math.min(ttlSeconds, EMBED_SECONDS_MAX) * SECOND;
  const token = makeEmbedToken(embeds.secret, { panel, origin, labels: { ...labels }, expiresMs });
  if (token.length > TOKEN_LENGTH_MAX) {
    const detail = `labels: the token would have ${token.length} characters, and at most ${TOKEN_LENGTH_MAX} are accepted`;
    throw new Refused(422, "Too many labels", detail, {}, [{ path: "labels", message: "too many or too long" }]);
  }
  return { token, url: `${BASE_PATH}/embed/${panel}?token=${token}`, expiresMs };
}
