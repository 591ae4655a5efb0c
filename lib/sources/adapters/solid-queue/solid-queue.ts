import { reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { type Sql, utc } from "@/lib/sources/adapters/sql-expressions";

/** The default of `process_alive_threshold`; processes send a heartbeat every 60 s. */
const DEAD_AFTER_SECONDS = (5 * MINUTE) / SECOND;

/** Finished rows among which the earlier tries of waiting jobs are found: by an index, in 0.2 s. */
const TRIES_MAX = 100_000;

/** Jobs that have not finished, and an earlier row of which has: Active Job has put them back after a try that failed. */
const PUT_BACK: Sql = `
SELECT DISTINCT q.id FROM (
  SELECT f.id, f.active_job_id FROM solid_queue_jobs f
  WHERE f.finished_at IS NOT NULL ORDER BY f.finished_at DESC LIMIT ${TRIES_MAX}) e
JOIN solid_queue_jobs q ON q.active_job_id = e.active_job_id AND q.id > e.id AND q.finished_at IS NULL`;

const FROM: Sql = `
SELECT 'waiting' AS state, w.queue, w.job_id, w.due_at,
       NULL::timestamptz AS claimed_at, NULL::bigint AS owner, false AS lost, NULL::timestamp AS ended_at, NULL::text AS error,
       t.id IS NOT NULL AS retried
FROM (
  SELECT r.queue_name AS queue, r.job_id, CASE WHEN p.queue_name IS NULL THEN ${utc("r.created_at")} END AS due_at
  FROM solid_queue_ready_executions r LEFT JOIN solid_queue_pauses p ON p.queue_name = r.queue_name
  UNION ALL
  SELECT s.queue_name, s.job_id, ${utc("s.scheduled_at")} FROM solid_queue_scheduled_executions s
  UNION ALL
  SELECT b.queue_name, b.job_id, NULL FROM solid_queue_blocked_executions b) w
LEFT JOIN (${PUT_BACK}) t ON t.id = w.job_id
UNION ALL
SELECT 'claimed', q.queue_name, c.job_id, NULL, ${utc("c.created_at")}, c.process_id,
       coalesce(${utc("p.last_heartbeat_at")} < now() - interval '${DEAD_AFTER_SECONDS} seconds', true), NULL, NULL, false
FROM solid_queue_claimed_executions c
JOIN solid_queue_jobs q ON q.id = c.job_id LEFT JOIN solid_queue_processes p ON p.id = c.process_id
UNION ALL
SELECT 'failed', (SELECT q.queue_name FROM solid_queue_jobs q WHERE q.id = f.job_id), f.job_id, NULL, NULL, NULL,
       false, f.created_at, f.error, false
FROM solid_queue_failed_executions f
UNION ALL
SELECT 'finished', q.queue_name, q.id, NULL, NULL, NULL, false, q.finished_at, NULL, false
FROM solid_queue_jobs q
WHERE q.finished_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM solid_queue_jobs e WHERE e.active_job_id = q.active_job_id AND e.id > q.id)`;

/**
 * Solid Queue 1.5 (rails/solid_queue, queue_schema.rb @29e818d): the state of a job is the `*_executions` table that has a
 * row for it. All times are UTC without zone, as Rails writes them.
 *
 * - A retry by Active Job (`retry_on`) finishes the row of the failed try and inserts another one with the same
 *   `active_job_id`: the earlier row is not done, and the later one is a retry. The error of the try is not stored. If
 *   `preserve_finished_jobs` is off, or 100,000 jobs have finished since the try, the retry looks like a new job: one
 *   look-up for each waiting job instead took 2.9 s for 150,000 of them.
 * - Jobs of a paused queue, and jobs blocked by a concurrency limit, wait on purpose and are never due. A due scheduled job
 *   waits for a dispatcher: if it remains, there is no dispatcher.
 * - Processes send a heartbeat every 60 s and are dead after 5 min; a claimed job whose process is dead or removed is
 *   reclaimed only when a supervisor prunes the process (at the next start, if no supervisor is running).
 * - The queue of a failed job is read row by row: a join would read the whole table for the few rows whose errors are read
 *   (1 M jobs: 0.9 s with a join, 0.1 s without).
 * - Finished jobs are deleted a day later, or at once if `preserve_finished_jobs` is off: then `done` is 0 and the rate
 *   counts failures alone. `error` is JSON text; its backtrace is not read.
 */
export const solidQueue = genericTable({
  kind: "solid-queue",
  versions: "1.0–1.5",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "exact",
    throughput: "exact",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  schema: null,
  requiredTables: [
    { table: "solid_queue_ready_executions", columns: ["job_id", "queue_name", "created_at"] },
    { table: "solid_queue_jobs", columns: ["id", "queue_name", "class_name", "active_job_id", "finished_at"] },
    { table: "solid_queue_scheduled_executions", columns: ["job_id", "queue_name", "scheduled_at"] },
    { table: "solid_queue_blocked_executions", columns: ["job_id", "queue_name"] },
    { table: "solid_queue_claimed_executions", columns: ["job_id", "process_id", "created_at"] },
    { table: "solid_queue_failed_executions", columns: ["job_id", "error", "created_at"] },
    { table: "solid_queue_processes", columns: ["id", "name", "last_heartbeat_at"] },
    { table: "solid_queue_pauses", columns: ["queue_name"] },
  ],
  from: FROM,
  queue: "j.queue",
  omits: reason("omitsSolidQueue", {}),
  states: {
    queued: "j.state = 'waiting' AND NOT j.retried",
    running: "j.state = 'claimed'",
    retry: "j.state = 'waiting' AND j.retried",
    failed: "j.state = 'failed'",
    done: "j.state = 'finished'",
  },
  dueAt: "j.due_at",
  open: "j.state IN ('waiting', 'claimed')",
  closed: "j.state IN ('failed', 'finished')",
  statesIndexed: true,
  overdue: "j.lost",
  errors: {
    where: "j.state = 'failed'",
    text: `substring(left(j.error, 4000) FROM '"message"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"')`,
    at: utc("j.ended_at"),
  },
  finished: {
    is: "retained",
    since: (instant) => `j.state IN ('failed', 'finished') AND j.ended_at > ${instant} AT TIME ZONE 'UTC'`,
  },
  owners: {
    table: "solid_queue_processes",
    id: "o.id::text",
    name: "o.name",
    lastContact: utc("o.last_heartbeat_at"),
    deadAfterSeconds: DEAD_AFTER_SECONDS,
    held: {
      by: "j.owner::text",
      id: "j.job_id::text",
      type: "(SELECT q.class_name FROM solid_queue_jobs q WHERE q.id = j.job_id)",
      startedAt: "j.claimed_at",
      attempts: "NULL::int",
    },
  },
  queueNames: null,
  generation: () => "1",
});
