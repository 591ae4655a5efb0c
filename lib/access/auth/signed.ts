import "server-only";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { z } from "zod";

/** What a signed text is good for: one made for a frame must not open the console. */
export type Purpose = "session" | "embed";

/** Far above any token of ours; longer ones are not worth the hash. */
const TOKEN_LENGTH_MAX = 4_096;

/** `payload.signature`, both base64url; HMAC-SHA256 over the purpose and the payload. */
export function signToken(secret: string, purpose: Purpose, payload: unknown): string {
  const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${body}.${macOf(secret, purpose, body).toString("base64url")}`;
}

/** The payload of a token that we signed for this purpose, parsed; null for anything else. Expiry is the caller's. */
export function verifyToken<T>(secret: string, purpose: Purpose, token: string, schema: z.ZodType<T>): T | null {
  if (token.length > TOKEN_LENGTH_MAX) return null;
  const [body = "", mac = "", ...rest] = token.split(".");
  if (rest.length > 0) return null;
  const given = Buffer.from(mac, "base64url");
  const expected = macOf(secret, purpose, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const macOf = (secret: string, purpose: Purpose, body: string): Buffer =>
  createHmac("sha256", secret).update(`lastbeat.${purpose}.${body}`).digest();

/** Compares two secrets of any length without telling by its time where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
