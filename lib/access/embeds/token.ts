import "server-only";
import { z } from "zod";
import { signToken, verifyToken } from "@/lib/access/auth/signed";
import { Panel } from "@/lib/access/embeds/panel";

/** A frame's token: one panel, one host page's origin, the labels it may show, and an end. */
export const EmbedClaims = z.object({
  panel: Panel,
  origin: z.string(),
  labels: z.record(z.string(), z.string()),
  expiresMs: z.number(),
});
export type EmbedClaims = z.infer<typeof EmbedClaims>;

export const makeEmbedToken = (secret: string, claims: EmbedClaims): string => signToken(secret, "embed", claims);

/** Why a token opens nothing; `null` claims with a reason for the page to say. */
export type EmbedTokenCheck =
  | { readonly ok: true; readonly claims: EmbedClaims }
  | { readonly ok: false; readonly because: "missing" | "invalid" | "expired" | "other-panel" | "origin-not-allowed" };

/** Checks a token for a panel. The origin must still be configured: taking it out revokes its tokens. */
export function checkEmbedToken(
  token: string | null,
  want: {
    readonly secret: string;
    readonly panel: string;
    readonly origins: readonly string[];
    readonly nowMs: number;
  },
): EmbedTokenCheck {
  if (!token) return { ok: false, because: "missing" };
  const claims = verifyToken(want.secret, "embed", token, EmbedClaims);
  if (claims === null) return { ok: false, because: "invalid" };
  if (claims.panel !== want.panel) return { ok: false, because: "other-panel" };
  if (!want.origins.includes(claims.origin)) return { ok: false, because: "origin-not-allowed" };
  if (claims.expiresMs <= want.nowMs) return { ok: false, because: "expired" };
  return { ok: true, claims };
}
