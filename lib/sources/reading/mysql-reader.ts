import "server-only";
import type { Result } from "@/lib/base/errors/failure";
import { SECOND } from "@/lib/base/time/duration";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { withCooldown } from "@/lib/sources/jobs/query-budget";
import { type MysqlSettings, mysqlAdapterOf } from "@/lib/sources/mysql/registry";
import { type MysqlConnection, openMysql } from "@/lib/sources/reading/mysql-connection";
import { mysqlRefusal } from "@/lib/sources/reading/mysql-refusal";
import { STATEMENT_TIMEOUT_MS } from "@/lib/sources/reading/read-only-queries";
import { createReader, type SourceReader } from "@/lib/sources/reading/source-reader";

export type MysqlSource = MysqlSettings & {
  readonly id: string;
  /** `mysql://` or `mariadb://`, with credentials and the name of the database. */
  readonly databaseUrl: string;
  readonly caFile?: string | undefined;
};

// A poll runs about five statements; together they may not take longer than this.
const POLL_BUDGET_MS = 20 * SECOND;

/**
 * Reads one job table over one connection, one statement at a time, read-only.
 * `statementTimeoutMs` is for databases that need a shorter timeout than the usual 5 s.
 */
export function createMysqlReader(source: MysqlSource, statementTimeoutMs = STATEMENT_TIMEOUT_MS): SourceReader<never> {
  const adapter = mysqlAdapterOf(source);
  const cooldowns = new Map<string, number>();
  let open: MysqlConnection | null = null;
  const close = () => {
    open?.close();
    open = null;
  };

  async function readOnce(previous: SourceReading | null): Promise<Result<SourceReading<never>>> {
    open ??= await openMysql(source);
    const nowMs = Date.now();
    const timeoutMs = Math.min(statementTimeoutMs, STATEMENT_TIMEOUT_MS);
    const statements = open.run({ timeoutMs, deadlineMs: nowMs + POLL_BUDGET_MS });
    // Cool-downs are measured on the monotonic clock, which nobody sets.
    const run = withCooldown(statements, cooldowns, performance.now());
    const result = await adapter.read(run, { source: source.id, nowMs, previous });
    return result.ok ? { ok: true, value: { ...result.value, versions: adapter.versions, standby: null } } : result;
  }

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<never>> {
    const startedMs = Date.now();
    const elapsedMs = () => Date.now() - startedMs;
    try {
      const result = await readOnce(previous);
      if (result.ok) return { ok: true, reading: result.value, durationMs: elapsedMs() };
      return { ...mysqlRefusal.fromFailure(result.failure), durationMs: elapsedMs() };
    } catch (error) {
      // After an error the statement may still be running, or the transaction be open.
      close();
      return { ...mysqlRefusal.fromError(error, source.databaseUrl), durationMs: elapsedMs() };
    }
  }

  return createReader(poll, async () => close());
}
