import "server-only";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { messageOf } from "@/lib/base/errors/message";
import { percentDecoded } from "@/lib/base/http/credentials";
import { systemCode } from "@/lib/base/http/system-code";
import { redactUrls } from "@/lib/base/log/redact";
import { type Embedded, type EmbeddedLog, openEmbedded } from "@/lib/base/postgres/embedded/embedded";
import { createInstanceLock } from "@/lib/base/postgres/instance-lock";
import { certificateFault } from "@/lib/base/tls/certificate-fault";

/** An open database whose tables are those of `Schema`. */
export interface PostgresDatabase<Schema> {
  readonly db: Kysely<Schema>;
  /** The pool under `db`. Never use it inside a transaction: the embedded engine has one backend and would wait for itself. */
  readonly pool: pg.Pool;
  readonly engine: "embedded" | "postgres";
  /** Whether no other instance uses it; see `InstanceLock`. The embedded database admits one instance only. */
  alone(): Promise<boolean>;
  /** Closes every connection, then the embedded engine. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: EmbeddedLog;
}

/** Enough for pages, the collector and deliveries at once; several instances stay within PostgreSQL's default of 100. */
const POSTGRES_CONNECTIONS_MAX = 10;
/** One backend serves them all: more connections would only queue at the socket instead of in the pool. */
const EMBEDDED_CONNECTIONS_MAX = 4;
/** Long enough for a busy embedded database to accept, short enough to be reported as an error instead of a hang. */
const CONNECT_MS_MAX = 10_000;
/** Every statement of ours takes well under a second; one that takes this long blocks a tick and is cancelled. */
const STATEMENT_MS_MAX = 30_000;
/** The oldest PostgreSQL that all database tests run on. */
const POSTGRES_VERSION_MIN = 150_000;
/** How long `close` waits for connections in use; after that the server rolls their work back. */
const END_MS_MAX = 10_000;

const INT8 = 20;
const NUMERIC = 1700;

/**
 * Opens PostgreSQL at `databaseUrl`, or the embedded database in `dataDir`, and checks that it answers.
 * Fails with one sentence that an operator can act on; the password is not in it.
 */
export async function openDatabase<Schema>(options: OpenOptions): Promise<PostgresDatabase<Schema>> {
  const { databaseUrl, dataDir, log } = options;
  if (databaseUrl !== null) return openPostgres(databaseUrl, log);
  return overEmbedded(await openEmbedded(dataDir, log), log);
}

/** Connects to an embedded engine that is already open; `close` closes the engine as well. */
export function overEmbedded<Schema>(embedded: Embedded, log: EmbeddedLog): PostgresDatabase<Schema> {
  const pool = new pg.Pool({
    host: embedded.socketFolder,
    port: 5432,
    user: "postgres",
    database: "postgres",
    max: EMBEDDED_CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    types: NUMBERS,
  });
  return connected(pool, "embedded", embedded, (error) => log("warn", `embedded database: ${error.message}`));
}

async function openPostgres<Schema>(databaseUrl: string, log: EmbeddedLog): Promise<PostgresDatabase<Schema>> {
  const redact = redacting(databaseUrl);
  try {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      application_name: "lastbeat",
      max: POSTGRES_CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      statement_timeout: STATEMENT_MS_MAX,
      idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
      keepAlive: true,
      types: NUMBERS,
    });
    const database = connected<Schema>(pool, "postgres", null, (error) =>
      log("warn", `DATABASE_URL: ${redact(error.message)}`),
    );
    await checkVersion(database);
    return database;
  } catch (error) {
    throw new Error(
      `DATABASE_URL (${redact(databaseUrl)}) cannot be used: ${redact(messageOf(error))}${certificateHint(error)}`,
    );
  }
}

/** DATABASE_URL has no caFile of its own: its authority is trusted by the whole process. */
const certificateHint = (error: unknown): string =>
  certificateFault(systemCode(error))?.code === "certificateUntrusted"
    ? "; name the file with its authority's certificate in LASTBEAT_CA_FILE"
    : "";

async function checkVersion(database: Pick<PostgresDatabase<unknown>, "pool" | "close">): Promise<void> {
  try {
    const { rows } = await database.pool.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    const version = rows[0]?.version ?? 0;
    if (version < POSTGRES_VERSION_MIN) {
      throw new Error(`it is PostgreSQL ${Math.floor(version / 10_000)}, and Lastbeat needs 15 or newer`);
    }
  } catch (error) {
    await database.close();
    throw error;
  }
}

function connected<Schema>(
  pool: pg.Pool,
  engine: PostgresDatabase<Schema>["engine"],
  embedded: Embedded | null,
  onIdleError: (error: Error) => void,
): PostgresDatabase<Schema> {
  // The pool replaces an idle connection that breaks; without a handler the error would end the process.
  pool.on("error", onIdleError);
  // The pool handles errors of idle connections only. One that breaks while it is in use fails its next statement.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const instanceLock = engine === "postgres" ? createInstanceLock(pool) : null;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    instanceLock?.end();
    await withTimeout(END_MS_MAX, pool.end());
    await embedded?.close();
  };
  return {
    db,
    pool,
    engine,
    alone: async () => instanceLock === null || (await instanceLock.alone()),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Waits for `work` for at most `ms`. */
async function withTimeout(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}

/** bigint and numeric are read as numbers: ours are epoch milliseconds and counts, all below 2^53. */
const NUMBERS: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (oid === INT8 || oid === NUMERIC) && format !== "binary" ? Number : pg.types.getTypeParser(oid, format),
};

/** Removes the user and the password from a text, also where a driver repeats them outside a URL. */
function redacting(databaseUrl: string): (text: string) => string {
  const secrets = passwordsIn(databaseUrl);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), redactUrls(text));
}

function passwordsIn(databaseUrl: string): string[] {
  try {
    const url = new URL(databaseUrl);
    const raw = [url.password, url.searchParams.get("password") ?? ""];
    return raw.flatMap((text) => [text, percentDecoded(text)]).filter((text) => text !== "");
  } catch {
    // A URL that cannot be parsed may hold a password anywhere.
    return [databaseUrl];
  }
}
