import "server-only";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { messageOf } from "@/lib/base/errors/message";
import { redactUrls } from "@/lib/base/log/redact";
import { type Embedded, type EmbeddedLog, openEmbedded } from "@/lib/base/postgres/embedded";
import { createInstanceLock } from "@/lib/base/postgres/instance-lock";

/** An open database whose tables are those of `Schema`. */
export interface PostgresDatabase<Schema> {
  readonly db: Kysely<Schema>;
  /** The pool under `db`. Never use it inside a transaction: the embedded engine has one backend and would wait for itself. */
  readonly pool: pg.Pool;
  readonly engine: "embedded" | "postgres";
  /** Whether no other instance lives on it; see `Presence`. The embedded database lets one in only. */
  alone(): Promise<boolean>;
  /** Ends every connection, then the embedded engine. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: EmbeddedLog;
}

/** Pages, the collector and deliveries side by side, with several instances within PostgreSQL's default of 100. */
const POSTGRES_CONNECTIONS_MAX = 10;
/** Behind the socket all are one backend: more would only queue there instead of here. */
const EMBEDDED_CONNECTIONS_MAX = 4;
/** Long enough for a busy embedded database to take its turn, short enough to be an error and not a hang. */
const CONNECT_MS_MAX = 10_000;
/** Every statement of ours takes well under a second; one that takes this long blocks a tick and must go. */
const STATEMENT_MS_MAX = 30_000;
/** The oldest PostgreSQL that all database tests run on. */
const POSTGRES_VERSION_MIN = 150_000;
/** How long close waits for connections still in use; afterwards their work is rolled back by the server. */
const END_MS_MAX = 10_000;

const INT8 = 20;
const NUMERIC = 1700;

/**
 * Opens PostgreSQL at `databaseUrl`, or the embedded database in `dataDir`, and proves that it answers.
 * Fails with one sentence an operator can act on; the password is not in it.
 */
export async function openDatabase<Schema>(options: OpenOptions): Promise<PostgresDatabase<Schema>> {
  const { databaseUrl, dataDir, log } = options;
  if (databaseUrl !== null) return openPostgres(databaseUrl, log);
  return overEmbedded(await openEmbedded(dataDir, log), log);
}

/** The database behind an embedded engine that is open already; `close` closes the engine as well. */
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
  return over(pool, "embedded", embedded, (error) => log("warn", `embedded database: ${error.message}`));
}

async function openPostgres<Schema>(databaseUrl: string, log: EmbeddedLog): Promise<PostgresDatabase<Schema>> {
  const hide = hiding(databaseUrl);
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
    const database = over<Schema>(pool, "postgres", null, (error) =>
      log("warn", `DATABASE_URL: ${hide(error.message)}`),
    );
    await prove(database);
    return database;
  } catch (error) {
    throw new Error(`DATABASE_URL (${hide(databaseUrl)}) cannot be used: ${hide(messageOf(error))}`);
  }
}

async function prove(database: Pick<PostgresDatabase<unknown>, "pool" | "close">): Promise<void> {
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

function over<Schema>(
  pool: pg.Pool,
  engine: PostgresDatabase<Schema>["engine"],
  embedded: Embedded | null,
  onIdleError: (error: Error) => void,
): PostgresDatabase<Schema> {
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", onIdleError);
  // The pool listens to idle ones only. One that is lent and breaks between two statements tells it with the next.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const presence = engine === "postgres" ? createInstanceLock(pool) : null;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    presence?.end();
    await atMost(END_MS_MAX, pool.end());
    await embedded?.close();
  };
  return {
    db,
    pool,
    engine,
    alone: async () => presence === null || (await presence.alone()),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** bigint and numeric as numbers: ours are epoch milliseconds and counts, all below 2^53. */
const NUMBERS: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (oid === INT8 || oid === NUMERIC) && format !== "binary" ? Number : pg.types.getTypeParser(oid, format),
};

/** Takes user and password out of a text, also where a driver repeats them outside of a URL. */
function hiding(databaseUrl: string): (text: string) => string {
  const secrets = passwordsIn(databaseUrl);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), redactUrls(text));
}

function passwordsIn(databaseUrl: string): string[] {
  try {
    const url = new URL(databaseUrl);
    const raw = [url.password, url.searchParams.get("password") ?? ""];
    return raw.flatMap((text) => [text, decodeURIComponent(text)]).filter((text) => text !== "");
  } catch {
    // What cannot be read cannot be shown safely either.
    return [databaseUrl];
  }
}
