import "server-only";
import { z } from "zod";
import { sameSecret, sign, unsign } from "@/lib/auth/signed";
import { DAY } from "@/lib/time/duration";

export const SESSION_COOKIE = "lastbeat_session";
export const SESSION_MS = 7 * DAY;

const Claims = z.object({ untilMs: z.number(), password: z.string() });

/** What sessions are checked against. `passwordMark` changes with the password and so ends every session. */
export interface Gate {
  readonly secret: string;
  readonly passwordMark: string;
  readonly apiToken: string | null;
}

export const openSession = (gate: Gate, nowMs: number): string =>
  sign(gate.secret, "session", { untilMs: nowMs + SESSION_MS, password: gate.passwordMark });

export function isSession(gate: Gate, cookie: string | undefined, nowMs: number): boolean {
  if (cookie === undefined) return false;
  const claims = unsign(gate.secret, "session", cookie, Claims);
  return claims !== null && claims.untilMs > nowMs && claims.password === gate.passwordMark;
}

/** The `Authorization: Bearer …` of a request; null without one. */
export function bearerOf(header: string | null): string | null {
  const [scheme = "", token = ""] = (header ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : null;
}

export const isApiToken = (gate: Gate, bearer: string | null): boolean =>
  bearer !== null && gate.apiToken !== null && sameSecret(bearer, gate.apiToken);
