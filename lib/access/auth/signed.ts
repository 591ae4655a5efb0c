import "server-only";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { z } from "zod";

/** What a token is valid for: a token made for an embed must not open the console. */
export type Purpose = "session" | "embed";

/** Far longer than any token of ours; a longer one is refused before it is hashed. */
export const TOKEN_LENGTH_MAX = 4_096;

/** `payload.signature`, both base64url. The signature is an HMAC-SHA256 of the purpose and the payload. */
export function signToken(secret: string, purpose: Purpose, payload: unknown): string {
  const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${body}.${signatureOf(secret, purpose, body).toString("base64url")}`;
}

/** The parsed payload of a token that we signed for this purpose, else null. The caller checks the expiry. */
export function verifyToken<T>(secret: string, purpose: Purpose, token: string, schema: z.ZodType<T>): T | null {
  if (token.length > TOKEN_LENGTH_MAX) return null;
  const [body = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0) return null;
  const actual = Buffer.from(signature, "base64url");
  const expected = signatureOf(secret, purpose, body);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const signatureOf = (secret: string, purpose: Purpose, body: string): Buffer =>
  createHmac("sha256", secret).update(`lastbeat.${purpose}.${body}`).digest();

/** Compares two secrets of any length in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
