import { reason } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { olderThan } from "@/lib/sources/adapters/sql-expressions";

const USED_UP = "j.locked_at IS NULL AND j.attempts >= j.max_attempts";

/**
 * Graphile Worker 0.18 (graphile/worker, __tests__/schema.sql @abfb4cf, 0.17.3; run at 0.13, 0.16, 0.17 and 0.18): view `jobs` in schema
 * `graphile_worker`, the only public part; the tables below it may change in a minor release, and row security makes them
 * appear empty to other roles.
 *
 * - Its documentation asks not to query the jobs often: once a minute at most, and on a replica if there is one.
 * - There is no state column: a locked job is running, one with attempts is a retry, one that has used up its attempts
 *   remains for ever. A finished job is deleted: the rate is that of deletions, and known if there is only one task.
 * - A queue here is a task. Graphile's own queues are locks that serialise jobs, often one for each user.
 * - A lock is presumed lost after four hours. Workers store a name and send no heartbeat: owners are unsupported.
 * - A view cannot be sampled: beyond the budget its first 100,000 rows are counted and scaled to the planner's estimate.
 *   `payload` is not in the view.
 */
export const graphileWorker = genericTable({
  kind: "graphile-worker",
  versions: "0.13–0.18 (migrations 10–20)",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "unsupported",
    throughput: "estimated",
  },
  cost: "expensive",
  minIntervalMs: MINUTE,
  schema: "graphile_worker",
  requiredTables: [
    {
      table: "jobs",
      columns: ["task_identifier", "run_at", "attempts", "max_attempts", "last_error", "updated_at", "locked_at"],
    },
  ],
  // Its rows are not read: before 0.16 `jobs` is the table itself.
  optionalTables: [{ table: "_private_jobs", columns: [] }],
  queue: "j.task_identifier",
  omits: reason("omitsGraphileWorker", {}),
  states: {
    queued: "j.locked_at IS NULL AND j.attempts = 0",
    running: "j.locked_at IS NOT NULL",
    retry: "j.locked_at IS NULL AND j.attempts > 0 AND j.attempts < j.max_attempts",
    failed: USED_UP,
  },
  dueAt: "j.run_at",
  open: "(j.locked_at IS NOT NULL OR j.attempts < j.max_attempts)",
  closed: USED_UP,
  statesIndexed: false,
  overdue: olderThan("j.locked_at", (4 * HOUR) / SECOND),
  errors: { where: "j.last_error IS NOT NULL", text: "j.last_error", at: "j.updated_at" },
  finished: { is: "deleted", table: "_private_jobs" },
  owners: null,
  queueNames: null,
  generation: () => "≥ 0.16",
  recorded: {
    table: { name: "migrations", columns: ["id"] },
    version: "SELECT max(id)::float8 AS version FROM migrations",
    unit: "migration",
  },
  forSchema: ({ hasTable }) =>
    hasTable("_private_jobs") ? {} : { finished: { is: "deleted", table: "jobs" }, generation: () => "before 0.16" },
});
