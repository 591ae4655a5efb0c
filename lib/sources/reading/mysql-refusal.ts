import type { Failure } from "@/lib/base/errors/failure";
import { messageOf } from "@/lib/base/errors/message";
import { percentDecoded } from "@/lib/base/http/credentials";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { errorCode } from "@/lib/sources/jobs/error-code";
import type { SourceOutcome } from "@/lib/sources/jobs/job";
import { refusal, refuse, unreachable } from "@/lib/sources/jobs/refusal";

type Refusal = Omit<Extract<SourceOutcome, { ok: false }>, "durationMs">;

/** Why MySQL or MariaDB could not be read. Of the URL, only host, port, user and database are repeated. */
export const mysqlRefusal = {
  fromFailure: (failure: Failure): Refusal => refusal.fromFailure(failure),

  fromError(error: unknown, databaseUrl: string): Refusal {
    const where = addressOf(databaseUrl);
    if (where === null) return refuse("unreachable", "refused", reason("databaseUrlInvalid", {}));
    return unauthorized(error, where) ?? incompatible(error) ?? unavailable(error, where);
  },
} as const;

interface Address {
  readonly address: string;
  readonly user: string;
  readonly database: string;
}

const DEFAULT_PORT = "3306";

function addressOf(databaseUrl: string): Address | null {
  const url = URL.parse(databaseUrl);
  if (url === null) return null;
  const host = url.hostname === "" ? "localhost" : url.hostname;
  return {
    address: `${host}:${url.port === "" ? DEFAULT_PORT : url.port}`,
    user: percentDecoded(url.username),
    database: percentDecoded(url.pathname.slice(1)),
  };
}

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

function unauthorized(error: unknown, { address, user, database }: Address): Refusal | null {
  const refused = (why: Reason) => refuse("unauthorized", "unauthorized", why);
  // The account as the server knows it: its host is that of the client, or a pattern.
  const [, name = user, host = "%"] = /user '([^']*)'@'([^']*)'/.exec(messageOf(error)) ?? [];
  const account = `'${name}'@'${host}'`;
  const grant = (object: string) =>
    refused(reason("grantMissing", { user, statement: `GRANT SELECT ON ${object} TO ${account};` }));
  switch (errorCode(error)) {
    case "ER_ACCESS_DENIED_ERROR":
    case "ER_ACCESS_DENIED_NO_PASSWORD_ERROR":
      return refused(reason("loginRefused", { address, user }));
    case "ER_DBACCESS_DENIED_ERROR":
      return grant(`${quoted(database)}.*`);
    case "ER_TABLEACCESS_DENIED_ERROR":
    case "ER_COLUMNACCESS_DENIED_ERROR": {
      const table = /for table (?:`[^`]*`\.)?[`']([^`']+)[`']/.exec(messageOf(error))?.[1];
      return grant(`${quoted(database)}.${table === undefined ? "*" : quoted(table)}`);
    }
    case "ER_SECURE_TRANSPORT_REQUIRED":
      return refused(reason("mysqlTlsRequired", { address, user }));
    default:
      // MariaDB has a number of its own for it, which mysql2 does not name.
      return /insecure transport/i.test(messageOf(error))
        ? refused(reason("mysqlTlsRequired", { address, user }))
        : null;
  }
}

/** The statement or its answer does not fit the tables. */
function incompatible(error: unknown): Refusal | null {
  const misfit = (why: Reason) => refuse("incompatible", "incompatible", why);
  const code = errorCode(error);
  if (code === "57014") return refuse("timeout", "timeout", reason("queryOverBudget", {}));
  if (code === "55P03") return refuse("timeout", "timeout", reason("tableLocked", {}));
  if (code === "ER_NO_SUCH_TABLE") {
    const table = /'(?:[^'.]*\.)?([^'.]+)'/.exec(messageOf(error))?.[1];
    return misfit(table === undefined ? reason("someTableUndefined", {}) : reason("tableUndefined", { name: table }));
  }
  if (code === "ER_BAD_FIELD_ERROR") {
    const column = /column '(?:[^'.]*\.)?([^'.]+)'/.exec(messageOf(error))?.[1];
    return misfit(
      column === undefined ? reason("someColumnUndefined", {}) : reason("columnUndefined", { name: column }),
    );
  }
  if (error instanceof Error && error.name === "ZodError") {
    return refuse("incompatible", "bad-answer", reason("valueTypeUnexpected", {}));
  }
  return null;
}

function unavailable(error: unknown, { address }: Address): Refusal {
  const gone = (why: Reason) => refuse("unreachable", "unavailable", why);
  switch (errorCode(error)) {
    case "ER_BAD_DB_ERROR":
      return gone(reason("databaseMissing", { address }));
    case "ER_CON_COUNT_ERROR":
    case "ER_TOO_MANY_USER_CONNECTIONS":
      return gone(reason("tooManyConnections", { address }));
    case "ER_SERVER_SHUTDOWN":
      return gone(reason("serverShuttingDown", { address }));
    case "PROTOCOL_CONNECTION_LOST":
    case "ER_CONNECTION_KILLED":
      return gone(reason("connectionClosed", { address }));
    case "HANDSHAKE_NO_SSL_SUPPORT":
      return gone(reason("tlsNotOffered", { address }));
    default:
      return { ...refusal.fromFailure(unreachable(error, address)), state: "unreachable" };
  }
}
