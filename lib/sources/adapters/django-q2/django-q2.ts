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
 * @fa935f8): `django_q_ormq` holds what is open, `django_q_task` what ended.
 *
 * - Taking a task sets `lock` to now plus `retry` (60 s as shipped); a lock in the future is a task in hand, one in the
 *   past is a task to take, whether new or lost by its worker: the two look alike, so nothing is ever called stuck.
 * - A failed task that is tried again stays where it is until its lock ends: retries look like queued tasks.
 * - `key` is the cluster a task was put to; an ended task names it only when it was put to one by name, and stands under
 *   `default` otherwise. Of the successful ones the newest 250 are kept (`save_limit`), so a rate above that a poll is
 *   too low.
 * - Payload, arguments and result are pickled and not read: errors have no text here.
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
    // Not by coalesce, of which the planner expects a third of the rows.
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
