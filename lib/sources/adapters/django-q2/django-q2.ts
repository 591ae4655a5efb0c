import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import type { Sql } from "@/lib/sources/adapters/sql-expressions";

const fromOf = (cluster: Sql): Sql => `
SELECT true AS open, o.key::text AS queue, o.lock, NULL::boolean AS success, NULL::timestamptz AS stopped
FROM django_q_ormq o
UNION ALL
SELECT false, coalesce(${cluster}, 'default')::text, NULL, t.success, t.stopped
FROM django_q_task t`;

const FAILED: Sql = "NOT j.open AND NOT j.success";
const DONE: Sql = "NOT j.open AND j.success";
/** Without coalesce, for which the planner expects a third of the rows. */
const QUEUED: Sql = "j.open AND (j.lock IS NULL OR j.lock <= now())";

/**
 * Before 1.5 (migration 17) `lock` is when a task was fetched, and a setting says how much later it is fetched again: nothing
 * that may be read says whether a task waits.
 */
const WITHOUT_LEASES = {
  from: fromOf("NULL::text"),
  states: { queued: "j.open", failed: FAILED, done: DONE },
  dueAt: "NULL::timestamptz",
  open: "j.open",
  generation: () => "migrations ≤ 16",
  lacks: [reason("lacksLeases", { name: "django_q_ormq", column: "lock" })],
};

/**
 * Django-Q2 1.11, and back to 1.4, with its ORM broker (django-q2/django-q2 django_q/models.py, brokers/orm.py, migrations 0001-0019
 * @fa935f8): `django_q_ormq` contains unfinished tasks, `django_q_task` finished ones.
 *
 * - A cluster that fetches a task sets `lock` to now plus `retry` (60 s by default). Until then the task waits in the
 *   cluster, runs, or has failed and waits for its next attempt: nothing that may be read says which, so it is in no
 *   state, and neither running nor stuck tasks are known.
 * - One with a lock in the past is queued, whether it is new, failed before, or has lost its worker.
 * - `key` is the cluster of a task; a finished task names it only if the task was put to a cluster by name, and is counted
 *   under `default` otherwise. The newest 250 successful tasks are retained (`save_limit`), so a rate above that number a
 *   poll is too low.
 * - Payload, arguments and result are pickled and not read: errors have no text.
 */
export const djangoQ2 = genericTable({
  kind: "django-q2",
  versions: "1.4–1.11 (migrations 14–19)",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "unsupported",
    errorGroups: "unsupported",
    running: "unsupported",
    owners: "unsupported",
    throughput: "exact",
  },
  cost: "expensive",
  minIntervalMs: 10 * SECOND,
  schema: null,
  requiredTables: [
    { table: "django_q_ormq", columns: ["key", "lock"] },
    { table: "django_q_task", columns: ["success", "stopped"] },
  ],
  optionalTables: [{ table: "django_q_task", columns: ["cluster"] }],
  from: fromOf("t.cluster"),
  queue: "j.queue",
  omits: reason("omitsDjangoQ2", {}),
  states: {
    queued: QUEUED,
    failed: FAILED,
    done: DONE,
  },
  dueAt: "j.lock",
  open: QUEUED,
  closed: "NOT j.open",
  statesIndexed: false,
  overdue: null,
  errors: null,
  finished: { is: "retained", since: (instant) => `NOT j.open AND j.stopped > ${instant}` },
  owners: null,
  queueNames: null,
  generation: () => "migrations ≥ 17",
  recorded: {
    table: { name: "django_migrations", columns: ["app", "name"] },
    version:
      "SELECT max(substring(name FROM '^[0-9]+')::float8) AS version FROM django_migrations WHERE app = 'django_q'",
    unit: "migration",
  },
  forSchema: ({ typeOf }) => (typeOf("django_q_task", "cluster") !== null ? {} : WITHOUT_LEASES),
});
