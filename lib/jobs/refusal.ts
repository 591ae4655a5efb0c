import type { Failure, FailureCode } from "@/lib/errors/failure";
import { identifier } from "@/lib/jobs/identifier";
import type { SourceOutcome } from "@/lib/jobs/job";
import { errorCode } from "@/lib/jobs/source";

type Refused = Extract<SourceOutcome, { ok: false }>;
type Refusal = Omit<Refused, "durationMs">;

/**
 * Why a source could not be read, in words an operator can act on. Nothing of the URL but host, port and user is
 * ever repeated: messages of drivers are quoted only where PostgreSQL names an object in them.
 */
export const refusal = {
  fromFailure(failure: Failure): Refusal {
    return { ok: false, state: STATES[failure.code], because: failure.detail, code: failure.code };
  },

  /** An application's own endpoint that did not answer. */
  fromEndpoint({ code, detail }: Failure): Refusal {
    const state = code === "unauthorized" || code === "timeout" ? code : "unreachable";
    return { ok: false, state, because: `${detail}.`, code };
  },

  /** Of an error that says the statement does not fit the schema; null when it says something else. */
  ofSchema: (code: string, error: unknown): Refusal | null => incompatible(code, error),

  fromError(error: unknown, databaseUrl: string): Refusal {
    const code = errorCode(error) ?? "";
    const where = place(databaseUrl);
    if (where === null) return no("unreachable", "refused", "The databaseUrl of this source is not a URL.");
    return (
      unauthorized(code, error, where) ??
      tooSlow(code) ??
      incompatible(code, error) ?? { ...refusal.fromFailure(unreachable(error, where.address)), state: "unreachable" }
    );
  },
} as const;

const STATES: Readonly<Record<FailureCode, Refused["state"]>> = {
  unauthorized: "unauthorized",
  timeout: "timeout",
  refused: "unreachable",
  unavailable: "unreachable",
  incompatible: "incompatible",
  "bad-answer": "incompatible",
  "not-found": "incompatible",
  "too-large": "incompatible",
};

/** Why a server at `address` could not be spoken to at all, from what a driver or an HTTP client threw. */
export function unreachable(error: unknown, address: string): Failure {
  // undici wraps what went wrong: the system's error is the cause.
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const timedOut = error instanceof Error && error.name === "TimeoutError";
  const code = timedOut ? "ETIMEDOUT" : (errorCode(inner) ?? "");
  return { code: reachCode(code, inner), retry: true, detail: `${address} ${unreachableWords(code, inner)}` };
}

const no = (state: Refusal["state"], code: FailureCode, because: string): Refusal => ({
  ok: false,
  state,
  because,
  code,
});

interface Place {
  readonly address: string;
  readonly user: string;
}

function place(databaseUrl: string): Place | null {
  // The driver also takes `postgres://role@/db?host=/socket/dir`, which is no URL for want of a host.
  const text = databaseUrl.replace(/^(\w+:\/\/(?:[^/?#]*@)?)(?=\/)/, "$1localhost");
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const host = url.searchParams.get("host") ?? (url.hostname === "" ? "localhost" : url.hostname);
  return {
    address: host.startsWith("/") ? host : `${host}:${url.port === "" ? "5432" : url.port}`,
    user: readable(url.username) || "the role",
  };
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : "");

/** What PostgreSQL names in `permission denied for table x`, `relation "x" does not exist`, `column "x" does not exist`. */
const named = (error: unknown, pattern: RegExp): string | null => pattern.exec(message(error))?.[1] ?? null;

function unauthorized(code: string, error: unknown, where: Place): Refusal | null {
  if (code === "42501") {
    const [, kind, object] = /permission denied for (\w+) (\S+)/.exec(message(error)) ?? [];
    const right = kind === "schema" ? "USAGE ON SCHEMA" : kind === "function" ? "EXECUTE ON FUNCTION" : "SELECT ON";
    const grant =
      object === undefined ? "" : ` Run: GRANT ${right} ${identifier(object)} TO ${identifier(where.user)};`;
    return no("unauthorized", "unauthorized", `${where.user} may not read everything this source needs.${grant}`);
  }
  if (/password must be a (non-empty )?string/.test(message(error))) {
    return no(
      "unauthorized",
      "unauthorized",
      `${where.address} asks ${where.user} for a password and the URL has none.`,
    );
  }
  if (!code.startsWith("28")) return null;
  // "no pg_hba.conf entry for host …, no encryption", up to PostgreSQL 13 "SSL off": another line of it may ask for TLS.
  if (/, (no encryption|SSL off)$/.test(message(error))) {
    const detail = `${where.address} does not let ${where.user} in without TLS. Add ?sslmode=require to the URL.`;
    return no("unauthorized", "unauthorized", detail);
  }
  return no("unauthorized", "unauthorized", `${where.address} refused the sign-in of ${where.user}.`);
}

function tooSlow(code: string): Refusal | null {
  if (code === "57014")
    return no("timeout", "timeout", "The database did not answer within the time a poll may cost it.");
  if (code === "40001")
    return no("timeout", "timeout", "The standby ended the question: it stood in the way of what has to be replayed.");
  if (code === "55P03")
    return no("timeout", "timeout", "Another session holds a lock on the table, as a migration does.");
  return null;
}

function incompatible(code: string, error: unknown): Refusal | null {
  const missing = (what: string, name: string | null) =>
    no("incompatible", "incompatible", `The database has no ${what}${name === null ? "" : ` ${identifier(name)}`}.`);
  if (code === "42P01") return missing("table", named(error, /relation "([^"]+)"/));
  if (code === "42703") return missing("column", named(error, /column "?([^"\s]+)"? /));
  if (error instanceof Error && error.name === "ZodError") {
    return no(
      "incompatible",
      "bad-answer",
      "The table answered with values of another type than its schema is known for.",
    );
  }
  // 42xxx: the statement does not fit the schema; 22xxx: a value does not fit its type; 0Axxx: not supported here.
  if (/^(42|22|0A)/.test(code)) return no("incompatible", "incompatible", `The table does not fit: SQLSTATE ${code}.`);
  return null;
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections.",
  ENOTFOUND: "is not a known host name.",
  EAI_AGAIN: "could not be looked up: name service did not answer.",
  EHOSTUNREACH: "cannot be reached from here.",
  ENETUNREACH: "cannot be reached from here.",
  ECONNRESET: "closed the connection.",
  EPIPE: "closed the connection.",
  UND_ERR_SOCKET: "closed the connection.",
  ETIMEDOUT: "did not answer in time.",
  ENOENT: "is no socket PostgreSQL listens on.",
  "3D000": "has no database of that name.",
  "53300": "has no connection left to give.",
  "57P01": "is shutting down.",
  "57P02": "is recovering from a crash.",
  "57P03": "is starting up.",
};

function unreachableWords(code: string, error: unknown): string {
  const words = WORDS[code];
  if (words !== undefined) return words;
  const text = message(error);
  if (/timeout/i.test(text)) return "did not answer in time.";
  if (/does not support SSL/i.test(text)) return "does not offer TLS, which the URL asks for.";
  if (/CERT|SELF_SIGNED|TLS|SSL/.test(code)) return `has a certificate that could not be verified (${code}).`;
  if (/terminated/i.test(text)) return "closed the connection.";
  return /^[A-Z0-9_]{3,40}$/.test(code) ? `could not be read (${code}).` : "could not be read.";
}

function reachCode(code: string, error: unknown): FailureCode {
  if (code === "ETIMEDOUT" || /timeout/i.test(message(error))) return "timeout";
  return code === "ECONNREFUSED" || code === "ENOTFOUND" ? "refused" : "unavailable";
}
