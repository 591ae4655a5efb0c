import "server-only";
import { Pool } from "pg";
import { done, type Result } from "@/lib/base/errors/failure";
import { SECOND } from "@/lib/base/time/duration";
import { type AdapterSettings, adapterOf } from "@/lib/sources/adapters/registry";
import { askStandby, askWrites } from "@/lib/sources/adapters/table";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { refusal } from "@/lib/sources/jobs/refusal";
import {
  type Adapter,
  asReplayed,
  errorCode,
  type Query,
  type RunQuery,
  skippedByCooldown,
  withCooldown,
} from "@/lib/sources/jobs/source";
import { createReader, type SourceReader } from "@/lib/sources/reading/reader";

export type TableSource = AdapterSettings & {
  readonly id: string;
  /** PostgreSQL URL, with credentials; TLS by its parameters (`?sslmode=…`). */
  readonly databaseUrl: string;
  /** Where its tables are; absent: where its kind puts them, else on the role's own search path. */
  readonly schema?: string | undefined;
};

// Somebody else's production database: a statement that takes longer than this hurts more than its answer helps.
const STATEMENT_TIMEOUT_MS = 5 * SECOND;
// Waiting behind a migration's lock would queue everybody else behind us.
const LOCK_TIMEOUT_MS = 1 * SECOND;
// A poll asks about ten questions; together they may not take longer than this.
const POLL_BUDGET_MS = 20 * SECOND;
// The server ends a statement first; this is for a server that answers no more at all.
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 3 * SECOND;
const CONNECT_TIMEOUT_MS = 5 * SECOND;
// Longer than the longest usual poll interval, so that the one connection is opened once.
const IDLE_MS = 120 * SECOND;

/**
 * Reads one job table over one connection, one statement at a time, read-only.
 * `statementTimeoutMs` is for databases with less patience than the 5 s everybody else gets.
 */
export function createSourceReader(source: TableSource, statementTimeoutMs = STATEMENT_TIMEOUT_MS): SourceReader {
  let pool: Pool | null = null;
  const resting = new Map<string, number>();

  async function poll(previous: SourceReading | null): Promise<SourceOutcome> {
    const startedMs = Date.now();
    const took = () => Date.now() - startedMs;
    try {
      pool ??= openPool(source.databaseUrl);
      const timeoutMs = Math.min(statementTimeoutMs, STATEMENT_TIMEOUT_MS);
      const outcome = await readOnce(pool, source, { previous, resting, timeoutMs });
      if (!outcome.ok) return { ...refusal.fromFailure(outcome.failure), durationMs: took() };
      return { ok: true, reading: outcome.value, durationMs: took() };
    } catch (error) {
      return { ...refusal.fromError(error, source.databaseUrl), durationMs: took() };
    }
  }

  return createReader(poll, async () => {
    await pool?.end();
    pool = null;
  });
}

/**
 * No session settings at start-up: poolers in transaction mode refuse unknown ones, and would hand a session's own
 * settings to the next client. Everything that protects the database is set inside each transaction.
 */
function openPool(databaseUrl: string): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 1,
    application_name: "lastbeat",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // A connection that dies while nothing is asked is found out by the next question, which says so. Unheard, the event
  // would end the process: the pool listens for idle connections only, so each connection gets a listener of its own.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

interface Poll {
  readonly previous: SourceReading | null;
  readonly resting: Map<string, number>;
  readonly timeoutMs: number;
}

async function readOnce(pool: Pool, source: TableSource, poll: Poll): Promise<Result<SourceReading>> {
  const adapter = adapterOf(source);
  const client = await pool.connect();
  let sound = false;
  try {
    const nowMs = Date.now();
    const schema = source.schema ?? adapter.schema;
    const limits = { timeoutMs: poll.timeoutMs, deadlineMs: nowMs + POLL_BUDGET_MS, schema };
    // On the clock that nobody sets.
    const ask = withCooldown(readOnlyAsk(client, limits), poll.resting, performance.now());
    const outcome = await adapter.read(ask, { source: source.id, nowMs, previous: poll.previous });
    const read = outcome.ok ? done(asReplayed({ ...outcome.value, ...(await askServer(ask, adapter)) })) : outcome;
    sound = true;
    return read;
  } finally {
    // A connection that failed half-way may still have the statement running: it is closed, not reused.
    client.release(!sound);
  }
}

/** What the server knows of itself, whatever the table. */
async function askServer(ask: RunQuery, { needs, tells }: Adapter): Promise<Pick<SourceReading, "standby" | "writes">> {
  const standby = await askStandby(ask);
  const [jobs] = needs;
  if (jobs === undefined || tells.retry === "unsupported") return { standby };
  return { standby, writes: await askWrites(ask, jobs.table) };
}

/** As much of a driver's connection as is asked over. */
interface Session {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export interface AskLimits {
  /** A statement's own. */
  readonly timeoutMs: number;
  /** The poll's, epoch ms. */
  readonly deadlineMs: number;
  /** null: the role's own search path. */
  readonly schema: string | null;
}

/** Each question in its own READ ONLY transaction: snapshots stay short, and a pooler may move us in between. */
export function readOnlyAsk(client: Session, limits: AskLimits): RunQuery {
  return async (question: Query) => {
    const ownMs = Math.min(limits.timeoutMs, question.withinMs ?? limits.timeoutMs);
    const leftMs = Math.floor(Math.min(ownMs, limits.deadlineMs - Date.now()));
    if (leftMs <= 0) throw skippedByCooldown(question);
    await client.query(begin(leftMs, limits.schema));
    try {
      const result = await client.query(question.text, question.values === undefined ? [] : [...question.values]);
      await client.query("COMMIT");
      return result.rows;
    } catch (error) {
      // Only a server that answered can roll back; what failed first is what is reported.
      if (fromServer(error)) await client.query("ROLLBACK").catch(() => {});
      throw error;
    }
  };
}

const fromServer = (error: unknown): boolean => /^[0-9A-Z]{5}$/.test(errorCode(error) ?? "");

const begin = (timeoutMs: number, schema: string | null): string =>
  [
    "BEGIN READ ONLY",
    `SET LOCAL statement_timeout = ${timeoutMs}`,
    `SET LOCAL lock_timeout = ${Math.min(LOCK_TIMEOUT_MS, timeoutMs)}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${2 * ANSWER_TIMEOUT_MS}`,
    "SET LOCAL max_parallel_workers_per_gather = 0",
    ...(schema === null ? [] : [`SET LOCAL search_path = ${identifier(schema)}`]),
  ].join("; ");
