import { z } from "zod";
import type { Query, RunQuery } from "@/lib/sources/jobs/adapter";

/**
 * The statements on Bitmagnet's `queue_jobs`. No index of the table contains run_after, so every statement is either an
 * index-only scan of (queue, status), a bounded prefix of it, or a bounded sample of pages.
 * Times in comments: 5.0 M rows (3.0 M pending, 0.5 M retry), one core, PostgreSQL 15, warm.
 */

/** Bitmagnet has two queues; a table with more than this is not Bitmagnet's, and each queue costs index probes. */
const QUEUES_MAX = 20;
/** A capped count stops here: 100,000 index entries take 8 ms. */
export const COUNT_CAP = 100_000;
/** Rows read for error groups and for twins: 27 ms. */
const SAMPLE_ROWS = 5_000;
/** Distinct raw error texts that are returned for grouping. */
const ERROR_TEXTS_MAX = 200;

const CountRow = z.object({ queue: z.string(), status: z.string(), count: z.number() });
export type BitmagnetCountRow = z.infer<typeof CountRow>;
const SampleRow = CountRow.extend({ due: z.number(), oldest_ms: z.number().nullable() });
export type BitmagnetSampleRow = z.infer<typeof SampleRow>;
const SplitRow = z.object({
  queue: z.string(),
  due: z.number(),
  later: z.number(),
  oldest_ms: z.number().nullable(),
});
const OldestRow = z.object({ queue: z.string(), oldest_ms: z.number().nullable(), later: z.number() });
const ErrorRow = z.object({
  queue: z.string(),
  text: z.string(),
  count: z.number(),
  last_seen_ms: z.number().nullable(),
});
export type BitmagnetErrorRow = z.infer<typeof ErrorRow>;
const TwinRow = z.object({ queue: z.string(), twins: z.number() });
const RunningRow = z.object({ running: z.number(), overdue: z.number(), visible: z.boolean() });
export type RunningRow = z.infer<typeof RunningRow>;
const DeletedRow = z.object({ deleted: z.number() });

async function rows<T>(runQuery: RunQuery, row: z.ZodType<T>, query: Query): Promise<readonly T[]> {
  return z.array(row).parse(await runQuery(query));
}

/** Exact rows by queue and status: 0.46 s. */
export const exactCounts = (runQuery: RunQuery) =>
  rows(runQuery, CountRow, {
    name: "counts",
    text: "SELECT queue, status::text AS status, count(*)::float8 AS count FROM queue_jobs GROUP BY queue, status",
  });

/** Rows by queue and status, at most `COUNT_CAP + 1` each: a skip scan for the names, then bounded index prefixes. */
export const cappedCounts = (runQuery: RunQuery) =>
  rows(runQuery, CountRow, {
    name: "capped-counts",
    text: `
WITH RECURSIVE names AS (
  (SELECT queue, 1 AS n FROM queue_jobs ORDER BY queue LIMIT 1)
  UNION ALL
  SELECT (SELECT j.queue FROM queue_jobs j WHERE j.queue > names.queue ORDER BY j.queue LIMIT 1), n + 1
  FROM names WHERE names.queue IS NOT NULL AND n < ${QUEUES_MAX}
)
SELECT names.queue, s.status::text AS status, c.count::float8 AS count
FROM names
CROSS JOIN unnest(enum_range(NULL::queue_job_status)) AS s(status)
CROSS JOIN LATERAL (SELECT count(*) FROM (
  SELECT 1 FROM queue_jobs j WHERE j.queue = names.queue AND j.status = s.status LIMIT ${COUNT_CAP + 1}) one) c
WHERE names.queue IS NOT NULL AND c.count > 0`,
  });

/** Rows, due rows and the oldest due one in a share of the pages, not scaled up. */
export const sampledRows = (runQuery: RunQuery, percent: number) =>
  rows(runQuery, SampleRow, {
    name: "sample",
    text: `
SELECT queue, status::text AS status, count(*)::float8 AS count,
       count(*) FILTER (WHERE run_after <= now())::float8 AS due,
       (extract(epoch FROM min(run_after) FILTER (WHERE run_after <= now())) * 1000)::float8 AS oldest_ms
FROM queue_jobs TABLESAMPLE SYSTEM ($1::real) GROUP BY queue, status`,
    values: [percent],
  });

/** Exact split of retry rows into due and later: 0.8 s for 0.5 M rows, 87 ms with the optional index. */
export const retrySplit = (runQuery: RunQuery, queues: readonly string[]) =>
  rows(runQuery, SplitRow, {
    name: "retry-split",
    text: `
SELECT q.queue, s.due, s.later, s.oldest_ms
FROM unnest($1::text[]) AS q(queue)
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE run_after <= now())::float8 AS due,
         count(*) FILTER (WHERE run_after > now())::float8 AS later,
         (extract(epoch FROM min(run_after) FILTER (WHERE run_after <= now())) * 1000)::float8 AS oldest_ms
  FROM queue_jobs j WHERE j.queue = q.queue AND j.status = 'retry') s`,
    values: [queues],
  });

/**
 * When the oldest due pending row became due: 1.1 s for 3 M rows, 0.03 ms with the optional index; and how many pending rows
 * are not due yet, which reads the same rows.
 */
export const oldestPending = (runQuery: RunQuery, queues: readonly string[]) =>
  rows(runQuery, OldestRow, {
    name: "oldest-pending",
    text: `
SELECT q.queue, (extract(epoch FROM s.oldest) * 1000)::float8 AS oldest_ms, l.later
FROM unnest($1::text[]) AS q(queue)
CROSS JOIN LATERAL (SELECT min(run_after) AS oldest FROM queue_jobs j
                    WHERE j.queue = q.queue AND j.status = 'pending' AND j.run_after <= now()) s
CROSS JOIN LATERAL (SELECT count(*)::float8 AS later FROM queue_jobs j
                    WHERE j.queue = q.queue AND j.status = 'pending' AND j.run_after > now()) l`,
    values: [queues],
  });

/** Error texts of a bounded number of retry and failed rows; numbers and ids are already replaced, so that few remain. */
export const errorTexts = (runQuery: RunQuery, queues: readonly string[]) =>
  rows(runQuery, ErrorRow, {
    name: "errors",
    text: `
SELECT s.queue, regexp_replace(left(s.error, 300), '([0-9a-f]{4,12}-){4}[0-9a-f]{12}|[0-9a-f]{8,}|[0-9]+', '#', 'gi') AS text,
       count(*)::float8 AS count, (extract(epoch FROM max(s.ran_at)) * 1000)::float8 AS last_seen_ms
FROM (SELECT q.queue, e.error, e.ran_at
      FROM unnest($1::text[]) AS q(queue)
      CROSS JOIN unnest(ARRAY['retry', 'failed']::queue_job_status[]) AS w(status)
      CROSS JOIN LATERAL (SELECT error, ran_at FROM queue_jobs j
                          WHERE j.queue = q.queue AND j.status = w.status LIMIT ${SAMPLE_ROWS}) e) s
WHERE s.error IS NOT NULL
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${ERROR_TEXTS_MAX}`,
    values: [queues],
  });

/** Retry rows, among a bounded number, whose fingerprint a pending row also has: 3 ms. */
export const twins = (runQuery: RunQuery, queues: readonly string[]) =>
  rows(runQuery, TwinRow, {
    name: "twins",
    text: `
SELECT q.queue, s.twins
FROM unnest($1::text[]) AS q(queue)
CROSS JOIN LATERAL (
  SELECT count(*)::float8 AS twins
  FROM (SELECT fingerprint FROM queue_jobs j
        WHERE j.queue = q.queue AND j.status = 'retry' LIMIT ${SAMPLE_ROWS}) r
  WHERE EXISTS (SELECT 1 FROM queue_jobs p WHERE p.fingerprint = r.fingerprint AND p.status = 'pending')) s`,
    values: [queues],
  });

/**
 * Running jobs. Bitmagnet has no running status: a job runs inside the transaction that locked its row, so the sessions
 * with a row-share lock on the table are counted (Bitmagnet v0.9.5 and v0.10, its queue server). Overdue: for longer than
 * its job timeout of ten minutes. Not visible: the role may not read when other sessions began.
 */
export const running = (runQuery: RunQuery) =>
  rows(runQuery, RunningRow, {
    name: "running",
    text: `
SELECT count(DISTINCT l.pid)::float8 AS running,
       count(DISTINCT l.pid) FILTER (WHERE a.xact_start < now() - interval '10 minutes')::float8 AS overdue,
       coalesce(bool_and(a.xact_start IS NOT NULL), true) AS visible
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.relation = 'queue_jobs'::regclass AND l.mode = 'RowShareLock' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid <> pg_backend_pid()`,
  });

/** All rows ever deleted from the table: a counter of the statistics collector. */
export const deleted = (runQuery: RunQuery) =>
  rows(runQuery, DeletedRow, {
    name: "deleted",
    text: "SELECT n_tup_del::float8 AS deleted FROM pg_stat_user_tables WHERE relid = 'queue_jobs'::regclass",
  });
