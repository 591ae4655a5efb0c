import { reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import type { FoundSchema, OwnerTable } from "@/lib/sources/adapters/generic-table/definition";
import { olderThan, type Sql, utc } from "@/lib/sources/adapters/sql-expressions";

/** GoodJob's Process::EXPIRED_INTERVAL, after which it unlocks the jobs of the process itself. */
const DEAD_AFTER_SECONDS = (5 * MINUTE) / SECOND;
const FINISHED = "j.finished_at IS NOT NULL";
const WAITING = "j.finished_at IS NULL AND j.locked_by_id IS NULL";
const TRIED = "(j.error IS NOT NULL AND coalesce(j.executions_count, 0) > 0)";
const alive = (owner: Sql): Sql =>
  `EXISTS (SELECT 1 FROM good_job_processes o WHERE o.id = ${owner} AND NOT ${olderThan(utc("o.updated_at"), DEAD_AFTER_SECONDS)})`;

const OWNERS: OwnerTable = {
  table: "good_job_processes",
  id: "o.id::text",
  name: "coalesce(o.state ->> 'hostname', 'process') || ' ' || left(o.id::text, 8)",
  lastContact: utc("o.updated_at"),
  deadAfterSeconds: DEAD_AFTER_SECONDS,
  held: {
    by: "j.locked_by_id::text",
    id: "j.id::text",
    type: "coalesce(j.job_class, j.queue_name, 'job')",
    startedAt: utc("j.performed_at"),
    attempts: "j.executions_count",
  },
};

/**
 * Before 3.29 locks are advisory and no row names the process that runs a job; before 3.16 processes may send no
 * heartbeat; before 3.15.4 each attempt is a row of its own, and a new attempt looks like a new job.
 */
function forSchema({ typeOf }: FoundSchema) {
  const has = (column: string) => typeOf("good_jobs", column) !== null;
  if (has("locked_by_id")) return {};
  const finished = has("retried_good_job_id") ? `${FINISHED} AND j.retried_good_job_id IS NULL` : FINISHED;
  const waiting = "j.finished_at IS NULL AND j.performed_at IS NULL";
  const states = {
    running: "j.finished_at IS NULL AND j.performed_at IS NOT NULL",
    failed: `${finished} AND j.error IS NOT NULL`,
    done: `${finished} AND j.error IS NULL`,
  };
  const counted = has("executions_count");
  const sendsHeartbeats = has("error_event");
  const held = { ...OWNERS.held, by: "NULL::text", type: "coalesce(j.queue_name, 'job')", attempts: "NULL::int" };
  return {
    states: counted
      ? { ...states, queued: `${waiting} AND NOT ${TRIED}`, retry: `${waiting} AND ${TRIED}` }
      : { ...states, queued: waiting },
    closed: finished,
    overdue: null,
    finished: { is: "retained", since: (instant: Sql) => `${finished} AND j.finished_at > ${utc(instant)}` } as const,
    owners: sendsHeartbeats ? { ...OWNERS, held } : null,
    generation: () => (sendsHeartbeats ? "3.16–3.28" : "3.0–3.15"),
    lacks: [
      reason("lacksJobOwners", { name: "good_jobs", column: "locked_by_id" }),
      ...(counted ? [] : [reason("lacksRetries", { name: "good_jobs", column: "executions_count" })]),
      ...(sendsHeartbeats ? [] : [reason("lacksWorkerHeartbeats", { name: "good_job_processes" })]),
    ],
  };
}

/**
 * GoodJob 4.19 (bensheldon/good_job, install template @81db22b7, 4.19.2): `good_jobs` and `good_job_processes`.
 *
 * - All times are `timestamp` without zone, in UTC.
 * - There is no state column: a job locked by a process is running, an unfinished one with an error and executions is a
 *   retry, a finished one with an error is discarded.
 * - A process updates `updated_at` every 30 s as its heartbeat and expires after 5 min; a job locked by a process that no
 *   longer exists is stuck until another process starts or checks. The name of a process is its host and the beginning of
 *   its id, because in a container the process number is always the same.
 * - Open rows have a partial index; finished rows have an index by time. `serialized_params` is never read.
 */
export const goodJob = genericTable({
  kind: "good-job",
  versions: "3.0–4.19",
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
    {
      table: "good_jobs",
      columns: ["id", "queue_name", "scheduled_at", "created_at", "performed_at", "finished_at", "error"],
    },
    { table: "good_job_processes", columns: ["id", "updated_at", "state"] },
  ],
  optionalTables: [
    {
      table: "good_jobs",
      columns: ["job_class", "executions_count", "locked_by_id", "retried_good_job_id", "error_event"],
    },
  ],
  queue: "coalesce(j.queue_name, 'default')",
  omits: reason("omitsGoodJob", {}),
  states: {
    queued: `${WAITING} AND NOT ${TRIED}`,
    running: "j.finished_at IS NULL AND j.locked_by_id IS NOT NULL",
    retry: `${WAITING} AND ${TRIED}`,
    failed: `${FINISHED} AND j.error IS NOT NULL`,
    done: `${FINISHED} AND j.error IS NULL`,
  },
  dueAt: utc("coalesce(j.scheduled_at, j.created_at)"),
  open: "j.finished_at IS NULL",
  closed: FINISHED,
  statesIndexed: true,
  overdue: `NOT ${alive("j.locked_by_id")}`,
  errors: { where: "j.error IS NOT NULL", text: "j.error", at: utc("coalesce(j.finished_at, j.performed_at)") },
  finished: { is: "retained", since: (instant) => `j.finished_at > ${utc(instant)}` },
  owners: OWNERS,
  queueNames: null,
  generation: () => "≥ 3.29",
  forSchema,
});
