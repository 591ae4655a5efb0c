import "server-only";
import { z } from "zod";
import { sameSecret, signToken, verifyToken } from "@/lib/access/auth/signed";
import { DAY } from "@/lib/base/time/duration";

export const SESSION_COOKIE = "lastbeat_session";
export const SESSION_MS = 7 * DAY;

const Claims = z.object({ untilMs: z.number(), password: z.string() });

/** What sessions are checked against. `passwordMark` changes with the password and so ends every session. */
export interface AccessSecrets {
  readonly secret: string;
  readonly passwordMark: string;
  readonly apiToken: string | null;
}

export const openSession = (gate: AccessSecrets, nowMs: number): string =>
  signToken(gate.secret, "session", { untilMs: nowMs + SESSION_MS, password: gate.passwordMark });

export function isSession(gate: AccessSecrets, cookie: string | undefined, nowMs: number): boolean {
  if (cookie === undefined) return false;
  const claims = verifyToken(gate.secret, "session", cookie, Claims);
  return claims !== null && claims.untilMs > nowMs && claims.password === gate.passwordMark;
}

/** The `Authorization: Bearer …` of a request; null without one. */
export function bearerOf(header: string | null): string | null {
  const [scheme = "", token = ""] = (header ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : null;
}

export const isApiToken = (gate: AccessSecrets, bearer: string | null): boolean =>
  bearer !== null && gate.apiToken !== null && sameSecret(bearer, gate.apiToken);
