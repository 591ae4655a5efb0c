import type { Failure, FailureCode } from "@/lib/base/errors/failure";
import { messageOf } from "@/lib/base/errors/message";
import { percentDecoded } from "@/lib/base/http/credentials";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { certificateFault } from "@/lib/base/tls/certificate-fault";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { SourceOutcome } from "@/lib/sources/jobs/job";

type Refused = Extract<SourceOutcome, { ok: false }>;
type Refusal = Omit<Refused, "durationMs">;

/**
 * Why a source could not be read, in words an operator can act on. Of the URL, only host, port and user are repeated;
 * driver messages are quoted only where PostgreSQL names an object in them.
 */
export const refusal = {
  fromFailure(failure: Failure): Refusal {
    return { ok: false, state: STATES[failure.code], reason: failure.reason, code: failure.code };
  },

  /** The endpoint of an application did not answer. */
  fromEndpoint({ code, reason: why }: Failure): Refusal {
    const state = code === "unauthorized" || code === "timeout" ? code : "unreachable";
    return { ok: false, state, reason: reason("endpointFailed", { reason: why }), code };
  },

  /** For errors of statements that do not fit the schema; null for any other error. */
  ofSchema: (code: string, error: unknown): Refusal | null => incompatible(code, error),

  fromError(error: unknown, databaseUrl: string): Refusal {
    const code = errorCode(error) ?? "";
    const where = addressOf(databaseUrl);
    if (where === null) return refuse("unreachable", "refused", reason("databaseUrlInvalid", {}));
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

/** Why the server at `address` could not be reached, from the error of a driver or an HTTP client. */
export function unreachable(error: unknown, address: string): Failure {
  // undici wraps errors: the system's error is the cause.
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const timedOut = error instanceof Error && error.name === "TimeoutError";
  const code = timedOut ? "ETIMEDOUT" : (errorCode(inner) ?? "");
  return { code: failureCode(code, inner), retry: true, reason: unreachableReason(code, inner, address) };
}

/** A source that could not be read, and why. */
export const refuse = (state: Refusal["state"], code: FailureCode, why: Reason): Refusal => ({
  ok: false,
  state,
  reason: why,
  code,
});

interface Address {
  readonly address: string;
  readonly user: string;
}

function addressOf(databaseUrl: string): Address | null {
  // The driver also accepts `postgres://role@/db?host=/socket/dir`, which is not a URL because it has no host.
  const text = databaseUrl.replace(/^(\w+:\/\/(?:[^/?#]*@)?)(?=\/)/, "$1localhost");
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const host = url.searchParams.get("host") ?? (url.hostname === "" ? "localhost" : url.hostname);
  return {
    address: host.startsWith("/") ? host : `${host}:${url.port === "" ? "5432" : url.port}`,
    user: percentDecoded(url.username) || "the role",
  };
}

/** The object in `permission denied for table x`, `relation "x" does not exist`, `column "x" does not exist`. */
const objectIn = (error: unknown, pattern: RegExp): string | null => pattern.exec(messageOf(error))?.[1] ?? null;

function unauthorized(code: string, error: unknown, where: Address): Refusal | null {
  if (code === "42501") {
    const [, kind, object] = /permission denied for (\w+) (\S+)/.exec(messageOf(error)) ?? [];
    const right = kind === "schema" ? "USAGE ON SCHEMA" : kind === "function" ? "EXECUTE ON FUNCTION" : "SELECT ON";
    if (object === undefined)
      return refuse("unauthorized", "unauthorized", reason("permissionMissing", { user: where.user }));
    const statement = `GRANT ${right} ${identifier(object)} TO ${identifier(where.user)};`;
    return refuse("unauthorized", "unauthorized", reason("grantMissing", { user: where.user, statement }));
  }
  if (/password must be a (non-empty )?string/.test(messageOf(error))) {
    return refuse("unauthorized", "unauthorized", reason("passwordMissing", { ...where }));
  }
  if (!code.startsWith("28")) return null;
  // "no pg_hba.conf entry for host …, no encryption", up to PostgreSQL 13 "SSL off": another line may require TLS.
  if (/, (no encryption|SSL off)$/.test(messageOf(error))) {
    return refuse("unauthorized", "unauthorized", reason("tlsRequired", { ...where }));
  }
  return refuse("unauthorized", "unauthorized", reason("loginRefused", { ...where }));
}

function tooSlow(code: string): Refusal | null {
  if (code === "57014") return refuse("timeout", "timeout", reason("queryOverBudget", {}));
  if (code === "40001") return refuse("timeout", "timeout", reason("recoveryConflict", {}));
  if (code === "55P03") return refuse("timeout", "timeout", reason("tableLocked", {}));
  return null;
}

function incompatible(code: string, error: unknown): Refusal | null {
  const missing = (
    name: string | null,
    which: "tableUndefined" | "columnUndefined",
    any: "someTableUndefined" | "someColumnUndefined",
  ) => {
    const why = name === null ? reason(any, {}) : reason(which, { name: identifier(name) });
    return refuse("incompatible", "incompatible", why);
  };
  if (code === "42P01") return missing(objectIn(error, /relation "([^"]+)"/), "tableUndefined", "someTableUndefined");
  if (code === "42703")
    return missing(objectIn(error, /column "?([^"\s]+)"? /), "columnUndefined", "someColumnUndefined");
  if (error instanceof Error && error.name === "ZodError") {
    return refuse("incompatible", "bad-answer", reason("valueTypeUnexpected", {}));
  }
  // 42xxx: the statement does not fit the schema; 22xxx: a value does not fit its type; 0Axxx: not supported here.
  if (/^(42|22|0A)/.test(code)) return refuse("incompatible", "incompatible", reason("schemaMismatch", { code }));
  return null;
}

const CODES = new Map(
  Object.entries({
    ECONNREFUSED: "connectionRefused",
    ENOTFOUND: "hostUnknown",
    EAI_AGAIN: "nameServiceUnavailable",
    EHOSTUNREACH: "hostUnreachable",
    ENETUNREACH: "hostUnreachable",
    ECONNRESET: "connectionClosed",
    EPIPE: "connectionClosed",
    UND_ERR_SOCKET: "connectionClosed",
    ETIMEDOUT: "connectionTimedOut",
    ENOENT: "socketMissing",
    "3D000": "databaseMissing",
    "53300": "tooManyConnections",
    "57P01": "serverShuttingDown",
    "57P02": "serverRecovering",
    "57P03": "serverStartingUp",
  } as const),
);

function unreachableReason(code: string, error: unknown, address: string): Reason {
  const known = CODES.get(code);
  if (known !== undefined) return reason(known, { address });
  const text = messageOf(error);
  if (/timeout/i.test(text)) return reason("connectionTimedOut", { address });
  if (/does not support SSL/i.test(text)) return reason("tlsNotOffered", { address });
  const certificate = certificateFault(code);
  if (certificate !== null) return reason("sourceTlsFailed", { address, reason: certificate });
  if (/CERT|SELF_SIGNED|TLS|SSL/.test(code)) return reason("certificateInvalid", { address, code });
  if (/terminated/i.test(text)) return reason("connectionClosed", { address });
  return /^[A-Z0-9_]{3,40}$/.test(code)
    ? reason("readFailedWithCode", { address, code })
    : reason("readFailed", { address });
}

function failureCode(code: string, error: unknown): FailureCode {
  if (code === "ETIMEDOUT" || /timeout/i.test(messageOf(error))) return "timeout";
  return code === "ECONNREFUSED" || code === "ENOTFOUND" ? "refused" : "unavailable";
}
