import "server-only";
import { z } from "zod";
import { signToken, verifyToken } from "@/lib/access/auth/signed";
import { Panel } from "@/lib/access/embeds/panel";

/** What an embed token allows: one panel, in pages of one origin, limited to some labels, until a time. */
export const EmbedClaims = z.object({
  panel: Panel,
  origin: z.string(),
  labels: z.record(z.string(), z.string()),
  expiresMs: z.number(),
});
export type EmbedClaims = z.infer<typeof EmbedClaims>;

export const makeEmbedToken = (secret: string, claims: EmbedClaims): string => signToken(secret, "embed", claims);

/** `because` is the reason that the response shows. */
export type EmbedTokenCheck =
  | { readonly ok: true; readonly claims: EmbedClaims }
  | { readonly ok: false; readonly because: "missing" | "invalid" | "expired" | "other-panel" | "origin-not-allowed" };

/** What a token has to satisfy. */
interface EmbedRequirements {
  readonly secret: string;
  readonly panel: string;
  readonly origins: readonly string[];
  readonly nowMs: number;
}

/** Checks a token for a panel. Its origin must still be configured: removing an origin revokes its tokens. */
export function checkEmbedToken(token: string | null, required: EmbedRequirements): EmbedTokenCheck {
  if (!token) return { ok: false, because: "missing" };
  const claims = verifyToken(required.secret, "embed", token, EmbedClaims);
  if (claims === null) return { ok: false, because: "invalid" };
  if (claims.panel !== required.panel) return { ok: false, because: "other-panel" };
  if (!required.origins.includes(claims.origin)) return { ok: false, because: "origin-not-allowed" };
  if (claims.expiresMs <= required.nowMs) return { ok: false, because: "expired" };
  return { ok: true, claims };
}
