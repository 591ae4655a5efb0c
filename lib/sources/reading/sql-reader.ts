import "server-only";
import { Pool } from "pg";
import { done, type Result } from "@/lib/base/errors/failure";
import { postgresServer } from "@/lib/base/postgres/server-tls";
import { SECOND } from "@/lib/base/time/duration";
import { type AdapterSettings, adapterOf } from "@/lib/sources/adapters/registry";
import type { Adapter, RunQuery } from "@/lib/sources/jobs/adapter";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { withCooldown } from "@/lib/sources/jobs/query-budget";
import { withoutStandbyLag } from "@/lib/sources/jobs/reading";
import { refusal } from "@/lib/sources/jobs/refusal";
import { ANSWER_TIMEOUT_MS, readOnlyQueries, STATEMENT_TIMEOUT_MS } from "@/lib/sources/reading/read-only-queries";
import { readStandby, readWriteCounters } from "@/lib/sources/reading/server-status";
import { createReader, type SourceReader } from "@/lib/sources/reading/source-reader";

export type SqlSource = AdapterSettings & {
  readonly id: string;
  /** PostgreSQL URL, with credentials; TLS by its parameters (`?sslmode=…`). */
  readonly databaseUrl: string;
  /** The schema of its tables; absent: the default of its kind, or the role's own search path. */
  readonly schema?: string | undefined;
  /** Certificates of private authorities, in a file. */
  readonly caFile?: string | undefined;
};

// A poll runs about ten queries; together they may not take longer than this.
const POLL_BUDGET_MS = 20 * SECOND;
const CONNECT_TIMEOUT_MS = 5 * SECOND;
// Longer than the longest usual poll interval, so that the connection stays open between polls.
const IDLE_MS = 120 * SECOND;

/**
 * Reads one job table over one connection, one statement at a time, read-only.
 * `statementTimeoutMs` is for databases that need a shorter timeout than the usual 5 s.
 */
export function createSqlReader(source: SqlSource, statementTimeoutMs = STATEMENT_TIMEOUT_MS): SourceReader<never> {
  let pool: Pool | null = null;
  const cooldowns = new Map<string, number>();

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<never>> {
    const startedMs = Date.now();
    const elapsedMs = () => Date.now() - startedMs;
    try {
      pool ??= openPool(source);
      const timeoutMs = Math.min(statementTimeoutMs, STATEMENT_TIMEOUT_MS);
      const result = await readOnce(pool, source, { previous, cooldowns, timeoutMs });
      if (!result.ok) return { ...refusal.fromFailure(result.failure), durationMs: elapsedMs() };
      return { ok: true, reading: result.value, durationMs: elapsedMs() };
    } catch (error) {
      return { ...refusal.fromError(error, source.databaseUrl), durationMs: elapsedMs() };
    }
  }

  return createReader(poll, async () => {
    await pool?.end();
    pool = null;
  });
}

/**
 * No session settings at start-up: poolers in transaction mode reject unknown ones, and would pass the settings of a
 * session on to the next client. Everything that protects the database is set inside each transaction.
 */
function openPool({ databaseUrl, caFile }: SqlSource): Pool {
  const pool = new Pool({
    ...postgresServer(databaseUrl, { caFile }),
    max: 1,
    application_name: "lastbeat",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // If a connection fails while no query runs, the next query reports it. Without a handler the "error" event would end
  // the process; the pool handles it for idle connections only, so each connection gets a handler of its own.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

interface Poll {
  readonly previous: SourceReading | null;
  readonly cooldowns: Map<string, number>;
  readonly timeoutMs: number;
}

async function readOnce(pool: Pool, source: SqlSource, poll: Poll): Promise<Result<SourceReading<never>>> {
  const adapter = adapterOf(source);
  const client = await pool.connect();
  let reusable = false;
  try {
    const nowMs = Date.now();
    const schema = source.schema ?? adapter.schema;
    const limits = { timeoutMs: poll.timeoutMs, deadlineMs: nowMs + POLL_BUDGET_MS, schema };
    // Cool-downs are measured on the monotonic clock, which nobody sets.
    const runQuery = withCooldown(readOnlyQueries(client, limits), poll.cooldowns, performance.now());
    const table = await adapter.read(runQuery, { source: source.id, nowMs, previous: poll.previous });
    const result = table.ok
      ? done(
          withoutStandbyLag<never>({
            ...table.value,
            versions: adapter.versions,
            ...(await readServerStatus(runQuery, adapter)),
          }),
        )
      : table;
    reusable = true;
    return result;
  } finally {
    // After an error the statement may still be running: such a connection is closed, not reused.
    client.release(!reusable);
  }
}

/** What the server reports about itself, whatever the table. */
async function readServerStatus(
  runQuery: RunQuery,
  { requiredTables, capabilities }: Adapter,
): Promise<Pick<SourceReading, "standby" | "writes">> {
  const standby = await readStandby(runQuery);
  const [jobs] = requiredTables;
  if (jobs === undefined || capabilities.retry === "unsupported") return { standby };
  return { standby, writes: await readWriteCounters(runQuery, jobs.table) };
}
