import { z } from "zod";
import { done, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { byName, memoized } from "@/lib/base/signals/by-name";
import { SECOND } from "@/lib/base/time/duration";
import type { ReadContext, TableReading } from "@/lib/sources/jobs/adapter";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import { clockAhead, toOurClock, withEmptyQueues } from "@/lib/sources/jobs/reading";
import type { MysqlAdapter, RunMysql } from "@/lib/sources/mysql/adapter";

/** More queues than these are left out, and the reading says that it is cut. */
const QUEUES_MAX = 1_000;
/** The newest failed jobs, whose errors are grouped. */
const ERRORS_MAX = 1_000;

/**
 * Laravel's database queue on MySQL and MariaDB: the tables of the kind `laravel` on PostgreSQL, with the same meaning.
 *
 * - `failed_at` is a TIMESTAMP, which the server converts to the zone of the session: that is UTC here.
 * - A finished job is deleted, and MySQL has no counter of deleted rows that a reader may see: there is no rate.
 */
export const laravelMysql = (retryAfterSeconds: number): MysqlAdapter<"laravel"> => ({
  kind: "laravel",
  versions: "5.2–13",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "unsupported",
    throughput: "unsupported",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  read: (run, context) => read(run, retryAfterSeconds, context),
});

const JobsRows = z.array(
  z.object({
    queue: z.string(),
    queued: z.number(),
    scheduled: z.number(),
    running: z.number(),
    due: z.number(),
    later: z.number(),
    stuck: z.number(),
    oldest_seconds: z.number().nullable(),
  }),
);
const FailedRows = z.array(z.object({ queue: z.string(), failed: z.number() }));
const ErrorRows = z.array(
  z.object({ queue: z.string(), error: z.string().nullable(), at_seconds: z.number().nullable() }),
);
const NowRows = z.array(z.object({ now_seconds: z.number() })).length(1);
const NOW_TEXT = "SELECT unix_timestamp(now(3)) AS now_seconds";
const ColumnRows = z.array(z.object({ name: z.string(), type: z.string() }));

const jobsText = (retryAfterSeconds: number) => `
SELECT queue,
       sum(reserved_at IS NULL AND attempts = 0 AND available_at <= unix_timestamp()) AS queued,
       sum(reserved_at IS NULL AND attempts = 0 AND available_at > unix_timestamp()) AS scheduled,
       sum(reserved_at IS NOT NULL) AS running,
       sum(reserved_at IS NULL AND attempts > 0 AND available_at <= unix_timestamp()) AS due,
       sum(reserved_at IS NULL AND attempts > 0 AND available_at > unix_timestamp()) AS later,
       coalesce(sum(reserved_at + ${retryAfterSeconds} < unix_timestamp()), 0) AS stuck,
       unix_timestamp() - min(CASE WHEN reserved_at IS NULL AND available_at <= unix_timestamp() THEN available_at END)
         AS oldest_seconds
FROM jobs GROUP BY queue ORDER BY queue LIMIT ${QUEUES_MAX + 1}`;

// The text of a string literal depends on sql_mode: char(10) does not.
const ERRORS_TEXT = `
SELECT left(queue, 255) AS queue, substring_index(left(exception, 1000), char(10), 1) AS error,
       unix_timestamp(failed_at) AS at_seconds
FROM failed_jobs ORDER BY id DESC LIMIT ${ERRORS_MAX}`;

const COLUMNS_TEXT = `
SELECT column_name AS name, data_type AS type FROM information_schema.columns
WHERE table_schema = database() AND table_name = 'failed_jobs' AND column_name IN ('queue', 'uuid') LIMIT 2`;

async function read(run: RunMysql, retryAfterSeconds: number, context: ReadContext): Promise<Result<TableReading>> {
  const [now] = NowRows.parse((await run({ name: "now", text: NOW_TEXT })).rows);
  const aheadMs = clockAhead(context.previous, (now?.now_seconds ?? 0) * SECOND, context.nowMs);
  const jobs = await run({ name: "jobs", text: jobsText(retryAfterSeconds), cooldown: true });
  const rows = JobsRows.parse(jobs.rows);
  const isCut = rows.length > QUEUES_MAX;
  const failedJobs = await readFailed(run);
  const names = [...rows, ...(failedJobs.counts ?? [])].map(({ queue }) => queue);
  const queues = [...new Set(names)]
    .slice(0, QUEUES_MAX)
    .map((queue) => toQueue(queue, rows, failedJobs, { ...context, aheadMs }));
  return done({
    queues: withEmptyQueues(context.previous, queues, !isCut),
    runners: null,
    finishedTotal: null,
    generation: failedJobs.generation,
    omits: reason("omitsLaravel", {}),
    atMs: context.nowMs,
    clockAheadMs: aheadMs,
    exactAgainMs: null,
    ...(failedJobs.exists ? {} : { lacks: [reason("lacksFailedJobs", { name: "failed_jobs" })] }),
    ...(isCut ? { cut: true } : {}),
  });
}

interface FailedJobs {
  readonly exists: boolean;
  readonly generation: string;
  /** null: not measured. */
  readonly counts: z.infer<typeof FailedRows> | null;
  readonly errors: z.infer<typeof ErrorRows>;
}

async function readFailed(run: RunMysql): Promise<FailedJobs> {
  const columns = ColumnRows.parse((await run({ name: "columns", text: COLUMNS_TEXT })).rows);
  const generation = generationOf(new Map(columns.map(({ name, type }) => [name, type])));
  try {
    const counts = await withinBudget(
      run({
        name: "failed",
        text: `SELECT left(queue, 255) AS queue, count(*) AS failed FROM failed_jobs GROUP BY 1 LIMIT ${QUEUES_MAX}`,
        cooldown: true,
      }),
    );
    const errors = await withinBudget(run({ name: "errors", text: ERRORS_TEXT, cooldown: true }));
    return {
      exists: true,
      generation,
      counts: counts === null ? null : FailedRows.parse(counts.rows),
      errors: ErrorRows.parse(errors?.rows ?? []),
    };
  } catch (error) {
    if (!isTableMissing(error)) throw error;
    return { exists: false, generation: "≥ 5.2", counts: null, errors: [] };
  }
}

const isTableMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ER_NO_SUCH_TABLE";

const generationOf = (types: ReadonlyMap<string, string>): string =>
  types.get("queue")?.endsWith("text") !== true ? "≥ 12" : types.has("uuid") ? "8–11" : "before 8";

const jobsOf = byName<z.infer<typeof JobsRows>[number]>(({ queue }) => queue);
const failedOf = byName<z.infer<typeof FailedRows>[number]>(({ queue }) => queue);
const errorsByQueue = memoized((rows: z.infer<typeof ErrorRows>) => Map.groupBy(rows, ({ queue }) => queue));

function toQueue(
  queue: string,
  rows: z.infer<typeof JobsRows>,
  { counts, errors }: FailedJobs,
  { source, aheadMs }: ReadContext & { readonly aheadMs: number },
): JobQueue {
  const row = jobsOf(rows, queue);
  const failed = counts === null ? null : (failedOf(counts, queue)?.failed ?? 0);
  const due = row?.due ?? 0;
  const later = row?.later ?? 0;
  return {
    source,
    kind: "laravel",
    queue,
    counts: {
      queued: row?.queued ?? 0,
      running: row?.running ?? 0,
      retry: due + later,
      failed,
      done: null,
      scheduled: row?.scheduled ?? 0,
    },
    countsAre: "exact",
    retry: { due, later },
    oldestDueSeconds: row?.oldest_seconds ?? null,
    throughputPerMinute: null,
    errors: groupErrors(
      (errorsByQueue(errors).get(queue) ?? []).map(({ error, at_seconds }) => ({
        text: error ?? "",
        count: 1,
        lastSeenMs: toOurClock(at_seconds === null ? null : Math.round(at_seconds * SECOND), aheadMs),
      })),
    ),
    stuck: row?.stuck ?? 0,
    conflicts: null,
  };
}
