import "server-only";
import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import { type Connection, type ConnectionOptions, createConnection, type FieldPacket } from "mysql2/promise";
import { z } from "zod";
import { credentialsOf, percentDecoded } from "@/lib/base/http/credentials";
import { SECOND } from "@/lib/base/time/duration";
import { skippedError, timeoutError } from "@/lib/sources/jobs/query-budget";
import type { MysqlAnswer, MysqlQuery, RunMysql } from "@/lib/sources/mysql/adapter";

const CONNECT_TIMEOUT_MS = 5 * SECOND;
// The server cancels a statement first; this is for a server that no longer answers at all.
const ANSWER_GRACE_MS = 3 * SECOND;
// If we waited longer for a migration's lock, all other sessions would queue behind us.
const LOCK_WAIT_SECONDS = 1;
const DEFAULT_PORT = 3306;

/** The limit of a statement. By number as well: mysql2 does not name every error of MariaDB. */
const STATEMENT_TIMEOUTS: readonly (string | number)[] = ["ER_STATEMENT_TIMEOUT", "ER_QUERY_TIMEOUT", 1969, 3024];
/** A lock, of a migration mostly, that was not given in time. */
const LOCK_TIMEOUTS: readonly (string | number)[] = ["ER_LOCK_WAIT_TIMEOUT", 1205];
/** PostgreSQL's code for the same, which says nothing about what the statement costs. */
const LOCK_NOT_AVAILABLE = "55P03";

export interface MysqlPlace {
  readonly databaseUrl: string;
  /** Certificates of private authorities, in a file. */
  readonly caFile?: string | undefined;
}

export interface MysqlConnection {
  /** Each statement at most this long, and none after `deadlineMs` (epoch ms). */
  run(limits: { readonly timeoutMs: number; readonly deadlineMs: number }): RunMysql;
  /** Closes the socket at once: a statement in progress gives no answer. */
  close(): void;
}

/** Opens one connection, whose session is read-only. Rejects with the driver's error. */
export async function openMysql(place: MysqlPlace): Promise<MysqlConnection> {
  const connection = await createConnection(mysqlOptions(place));
  // Without a handler the "error" event of a connection that fails between statements would end the process.
  connection.on("error", () => {});
  try {
    const isMariadb = await prepared(connection);
    return {
      run: (limits) => (query) => answerTo(connection, query, { ...limits, isMariadb }),
      close: () => connection.destroy(),
    };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

export function mysqlOptions({ databaseUrl, caFile }: MysqlPlace): ConnectionOptions {
  const url = new URL(databaseUrl);
  const login = credentialsOf(url);
  const ssl = tlsOf(url.searchParams.get("ssl-mode"), caFile);
  return {
    host: percentDecoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || "localhost",
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    database: percentDecoded(url.pathname.slice(1)),
    ...(login === null ? {} : login),
    ...(ssl === null ? {} : { ssl }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: "utf8mb4",
    // Sums and counts are DECIMAL and BIGINT.
    decimalNumbers: true,
    supportBigNumbers: true,
    dateStrings: true,
    multipleStatements: false,
    // A server can ask a client for any file that it can read.
    flags: ["-LOCAL_FILES"],
  };
}

/** As MySQL's own clients: without a mode there is no TLS, unless a file of authorities says that there is. */
function tlsOf(mode: string | null, caFile: string | undefined) {
  const wanted = mode?.toUpperCase() ?? (caFile === undefined ? "DISABLED" : "VERIFY_IDENTITY");
  if (wanted === "DISABLED") return null;
  return {
    ...(caFile === undefined ? {} : { ca: [...getCACertificates("default"), readFileSync(caFile, "utf8")] }),
    rejectUnauthorized: wanted !== "REQUIRED",
    verifyIdentity: wanted === "VERIFY_IDENTITY",
  };
}

const VersionRows = z.array(z.object({ version: z.string() }));

/** Whether the server is MariaDB, which has another variable for the time limit. */
async function prepared(connection: Connection): Promise<boolean> {
  const ask = (sql: string) => connection.query({ sql, timeout: CONNECT_TIMEOUT_MS });
  const [rows] = await ask("SELECT version() AS version");
  await ask(
    `SET SESSION time_zone = '+00:00', lock_wait_timeout = ${LOCK_WAIT_SECONDS}, innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
  );
  await ask("SET SESSION TRANSACTION READ ONLY");
  return /mariadb/i.test(VersionRows.parse(rows)[0]?.version ?? "");
}

interface Limits {
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly isMariadb: boolean;
}

async function answerTo(connection: Connection, query: MysqlQuery, limits: Limits): Promise<MysqlAnswer> {
  const leftMs = Math.floor(Math.min(limits.timeoutMs, limits.deadlineMs - Date.now()));
  if (leftMs <= 0) throw skippedError(query);
  const ask = (sql: string) => connection.query({ sql, timeout: leftMs + ANSWER_GRACE_MS });
  const limit = limits.isMariadb ? `max_statement_time = ${leftMs / SECOND}` : `max_execution_time = ${leftMs}`;
  try {
    await ask(`SET SESSION ${limit}`);
    await ask("START TRANSACTION READ ONLY");
    const [rows, fields] = await ask(query.text);
    await ask("COMMIT");
    return { rows: z.array(z.unknown()).parse(rows), columns: fields.map(toColumn) };
  } catch (error) {
    await rollBack(connection, error);
    throw budgetError(error, query);
  }
}

/**
 * Ends the transaction, whose metadata lock would stop every migration until the next poll. Only a server that answered can
 * do so; the first error is the one that is reported.
 */
async function rollBack(connection: Connection, error: unknown): Promise<void> {
  const hasAnswered = error instanceof Error && "sqlState" in error;
  const rolledBack = hasAnswered
    ? await connection.query({ sql: "ROLLBACK", timeout: ANSWER_GRACE_MS }).catch(() => null)
    : null;
  if (rolledBack === null) connection.destroy();
}

const DriverError = z.object({ code: z.string().optional(), errno: z.number().optional() });

/** An error with which a statement ran out of its budget, as the rest of Lastbeat knows it; any other as it is. */
function budgetError(error: unknown, { name }: MysqlQuery): unknown {
  const { code = "", errno = 0 } = DriverError.safeParse(error).data ?? {};
  const isOneOf = (all: readonly (string | number)[]) => all.includes(code) || all.includes(errno);
  if (isOneOf(STATEMENT_TIMEOUTS)) return timeoutError(`"${name}" ran out of time`);
  if (!isOneOf(LOCK_TIMEOUTS)) return error;
  return Object.assign(new Error(`"${name}" waited for a lock`), { code: LOCK_NOT_AVAILABLE });
}

/** DECIMAL, TINY to DOUBLE, BIGINT, MEDIUMINT and NEWDECIMAL of the protocol. */
const NUMBER_TYPES = [0, 1, 2, 3, 4, 5, 8, 9, 246];

const toColumn = ({ name, type, columnType }: FieldPacket) => ({
  name,
  isNumber: NUMBER_TYPES.includes(type ?? columnType ?? -1),
});
