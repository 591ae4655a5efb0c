import { SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import type { Sql } from "@/lib/sources/adapters/sql-expressions";

const FROM: Sql = `
SELECT true AS open, o.key::text AS queue, o.lock, NULL::boolean AS success, NULL::timestamptz AS stopped
FROM django_q_ormq o
UNION ALL
SELECT false, coalesce(t.cluster, 'default')::text, NULL, t.success, t.stopped
FROM django_q_task t`;

/**
 * Django-Q2 1.11 with its ORM broker (django-q2/django-q2 django_q/models.py, brokers/orm.py, migrations 0001-0019
 * @fa935f8): `django_q_ormq` contains unfinished tasks, `django_q_task` finished ones.
 *
 * - A worker that starts a task sets `lock` to now plus `retry` (60 s by default). A task with a lock in the future is
 *   running; one with a lock in the past is queued, whether it is new or its worker was lost: the two cannot be
 *   distinguished, so no task is ever stuck.
 * - A failed task that will be retried stays in its row until its lock ends: retries look like queued tasks.
 * - `key` is the cluster of a task; a finished task names it only if the task was put to a cluster by name, and is counted
 *   under `default` otherwise. The newest 250 successful tasks are retained (`save_limit`), so a rate above that number a
 *   poll is too low.
 * - Payload, arguments and result are pickled and not read: errors have no text.
 */
export const djangoQ2 = genericTable({
  kind: "django-q2",
  versions: "1.11",
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
    { table: "django_q_task", columns: ["cluster", "success", "stopped"] },
  ],
  from: FROM,
  queue: "j.queue",
  states: {
    // Without coalesce, for which the planner expects a third of the rows.
    queued: "j.open AND (j.lock IS NULL OR j.lock <= now())",
    running: "j.open AND j.lock > now()",
    failed: "NOT j.open AND NOT j.success",
    done: "NOT j.open AND j.success",
  },
  dueAt: "j.lock",
  open: "j.open",
  closed: "NOT j.open",
  statesIndexed: false,
  overdue: null,
  errors: null,
  finished: { is: "retained", since: (instant) => `NOT j.open AND j.stopped > ${instant}` },
  owners: null,
  queueNames: null,
  generation: () => "1.11",
});
