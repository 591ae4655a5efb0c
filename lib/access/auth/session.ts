import "server-only";
import { z } from "zod";
import { sameSecret, signToken, verifyToken } from "@/lib/access/auth/signed";
import { DAY } from "@/lib/base/time/duration";

export const SESSION_COOKIE = "lastbeat_session";
export const SESSION_MS = 7 * DAY;

const Claims = z.object({ untilMs: z.number(), password: z.string() });

/**
 * What credentials are checked against. `passwordMark` is derived from the password, so that a new password ends every
 * session.
 */
export interface AccessSecrets {
  readonly secret: string;
  readonly passwordMark: string;
  readonly apiToken: string | null;
}

/** The value of a session cookie that is valid for SESSION_MS. */
export const openSession = (secrets: AccessSecrets, nowMs: number): string =>
  signToken(secrets.secret, "session", { untilMs: nowMs + SESSION_MS, password: secrets.passwordMark });

export function isSession(secrets: AccessSecrets, cookie: string | undefined, nowMs: number): boolean {
  if (cookie === undefined) return false;
  const claims = verifyToken(secrets.secret, "session", cookie, Claims);
  return claims !== null && claims.untilMs > nowMs && claims.password === secrets.passwordMark;
}

/** The token of an `Authorization: Bearer …` header; null without one. */
export function bearerOf(header: string | null): string | null {
  const [scheme = "", token = ""] = (header ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : null;
}

export const isApiToken = (secrets: AccessSecrets, bearer: string | null): boolean =>
  bearer !== null && secrets.apiToken !== null && sameSecret(bearer, secrets.apiToken);
