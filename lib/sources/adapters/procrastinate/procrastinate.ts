import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { olderThan } from "@/lib/sources/adapters/sql-expressions";

/** Procrastinate's stalled_worker_timeout; workers send a heartbeat every 10 s. */
const DEAD_AFTER_SECONDS = 30;
/** No index serves events by time: the newest ones, up to this many, are read by their key and filtered by time. */
const EVENTS_MAX = 100_000;

const STATES = {
  queued: "j.status = 'todo' AND j.attempts = 0",
  running: "j.status IN ('doing', 'aborting')",
  retry: "j.status = 'todo' AND j.attempts > 0",
  failed: "j.status = 'failed'",
  done: "j.status = 'succeeded'",
};

/** Version 2.6 added the state `aborting`. */
const WITHOUT_ABORTING = {
  states: { ...STATES, running: "j.status = 'doing'" },
  open: "j.status IN ('todo', 'doing')",
};

/** Version 3.1 added the workers. */
const WITHOUT_WORKERS = {
  overdue: null,
  owners: null,
  lacks: [reason("lacksJobOwners", { name: "procrastinate_jobs", column: "worker_id" })],
};

const generationBy = (requestsAbort: boolean, canAbort: boolean): string =>
  requestsAbort ? "3.0" : canAbort ? "2.6–2.15" : "before 2.6";

/**
 * Procrastinate 3.10 (procrastinate-org/procrastinate, procrastinate/sql/schema.sql @f099a753): `procrastinate_jobs`,
 * `procrastinate_events`, `procrastinate_workers`.
 *
 * - A retry is a `todo` job with attempts; `aborting` is a state of older versions.
 * - The only time of a row is `scheduled_at`, null for "at once": when the oldest such job became due is read from its
 *   `deferred` event, by its key.
 * - A worker without a heartbeat for 30 s is stalled; its row is then deleted and `worker_id` set to null. Such a job stays
 *   `doing` without a worker, and is stuck.
 * - Errors are only logged: error groups are unsupported. If finished jobs are deleted (`delete_jobs`), their events are
 *   deleted as well, and the rate misses them.
 * - No index begins with the status: counting reads the table. `args` is never read.
 */
export const procrastinate = genericTable({
  kind: "procrastinate",
  versions: "0.2–3.10",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "unsupported",
    running: "exact",
    owners: "exact",
    throughput: "exact",
  },
  cost: "expensive",
  minIntervalMs: 5 * SECOND,
  schema: null,
  requiredTables: [
    {
      table: "procrastinate_jobs",
      columns: ["id", "queue_name", "task_name", "status", "scheduled_at", "attempts"],
    },
    { table: "procrastinate_events", columns: ["id", "job_id", "type", "at"] },
  ],
  optionalTables: [
    { table: "procrastinate_jobs", columns: ["worker_id"] },
    { table: "procrastinate_workers", columns: ["id", "last_heartbeat"] },
  ],
  queue: "j.queue_name::text",
  omits: reason("omitsProcrastinate", {}),
  states: STATES,
  dueAt: "coalesce(j.scheduled_at, '-infinity')",
  oldestDueAt: `least(min(j.scheduled_at), (
    SELECT min(e.at) FROM procrastinate_events e
    WHERE e.job_id = min(j.id) FILTER (WHERE j.scheduled_at IS NULL) AND e.type IN ('deferred', 'deferred_for_retry')))`,
  open: "j.status IN ('todo', 'doing', 'aborting')",
  closed: "j.status IN ('succeeded', 'failed')",
  statesIndexed: false,
  overdue: `NOT EXISTS (SELECT 1 FROM procrastinate_workers o
    WHERE o.id = j.worker_id AND NOT ${olderThan("o.last_heartbeat", DEAD_AFTER_SECONDS)})`,
  errors: null,
  finished: {
    is: "retained",
    since: (instant) => `j.id IN (SELECT e.job_id FROM procrastinate_events e
      WHERE e.id > (SELECT max(id) - ${EVENTS_MAX} FROM procrastinate_events)
        AND e.type IN ('succeeded', 'failed') AND e.at > ${instant})`,
  },
  owners: {
    table: "procrastinate_workers",
    id: "o.id::text",
    name: "'worker ' || o.id",
    lastContact: "o.last_heartbeat",
    deadAfterSeconds: DEAD_AFTER_SECONDS,
    held: {
      by: "j.worker_id::text",
      id: "j.id::text",
      type: "j.task_name::text",
      startedAt: "(SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started')",
      attempts: "j.attempts",
    },
  },
  queueNames: null,
  generation: () => "≥ 3.1",
  forSchema: ({ labelsOf, hasTable, typeOf }) => {
    const labels = labelsOf("procrastinate_jobs", "status");
    const canAbort = labels.length === 0 || labels.includes("aborting");
    const hasWorkers = hasTable("procrastinate_workers") && typeOf("procrastinate_jobs", "worker_id") !== null;
    return {
      ...(canAbort ? {} : WITHOUT_ABORTING),
      ...(hasWorkers ? {} : WITHOUT_WORKERS),
      ...(hasWorkers
        ? {}
        : { generation: () => generationBy(typeOf("procrastinate_jobs", "abort_requested") !== null, canAbort) }),
    };
  },
});
