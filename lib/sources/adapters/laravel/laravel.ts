import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { type Sql, unix, utc } from "@/lib/sources/adapters/sql-expressions";
import type { Adapter } from "@/lib/sources/jobs/adapter";

/** The default of `retry_after` in config/queue.php; a queue created without a config has 60. */
export const RETRY_AFTER_SECONDS = 90;

const WAITING: Sql = `
SELECT false AS failed, q.queue::text AS queue, q.reserved_at, q.available_at, q.attempts,
       NULL::text AS exception, NULL::timestamptz AS failed_at
FROM jobs q`;
const FROM: Sql = `${WAITING}
UNION ALL
SELECT true, f.queue::text, NULL, NULL, NULL, f.exception, ${utc("f.failed_at")}
FROM failed_jobs f`;

const OPEN_STATES = {
  queued: "NOT j.failed AND j.reserved_at IS NULL AND j.attempts = 0",
  running: "NOT j.failed AND j.reserved_at IS NOT NULL",
  retry: "NOT j.failed AND j.reserved_at IS NULL AND j.attempts > 0",
};

/**
 * Laravel's database queue, 12.x and 13.x (laravel/framework Queue/DatabaseQueue and Queue/Console/stubs @bd71b45fbb):
 * `jobs` and `failed_jobs`.
 *
 * - Times in `jobs` are whole Unix seconds. `failed_at` has no zone and is written in the application's own, which is UTC
 *   unless `app.timezone` is set: then the time of the last failure is off by the difference.
 * - Workers send no heartbeat. A reserved job is given to another worker once `retry_after` has passed, so a job that is
 *   reserved for longer has lost its worker, or runs twice. A finished job is deleted.
 * - A job released for another attempt is deleted and inserted again with its attempts, so deleted rows count attempts, and
 *   the rate is an estimate. An attempt that was not counted (`attempts` back at 0) looks like a new job.
 * - An application may do without `failed_jobs`, or store failed jobs elsewhere.
 * - In applications created before Laravel 12, `failed_jobs.queue` is text. `job_batches` counts rows of `jobs`; it is not
 *   read.
 */
export const laravel = (retryAfterSeconds: number): Adapter<"laravel"> =>
  genericTable({
    kind: "laravel",
    versions: "5.2–13",
    capabilities: {
      counts: "exact",
      oldestDue: "exact",
      retry: "exact",
      errorGroups: "estimated",
      running: "exact",
      owners: "unsupported",
      throughput: "estimated",
    },
    cost: "bounded",
    minIntervalMs: 5 * SECOND,
    schema: null,
    requiredTables: [{ table: "jobs", columns: ["queue", "reserved_at", "available_at", "attempts"] }],
    optionalTables: [{ table: "failed_jobs", columns: ["queue", "exception", "failed_at"] }],
    from: FROM,
    queue: "j.queue",
    omits: reason("omitsLaravel", {}),
    states: { ...OPEN_STATES, failed: "j.failed" },
    dueAt: unix("j.available_at"),
    open: "NOT j.failed",
    closed: "j.failed",
    statesIndexed: false,
    overdue: `j.reserved_at < extract(epoch FROM now()) - ${retryAfterSeconds}`,
    errors: { where: "j.failed", text: "split_part(left(j.exception, 1000), E'\\n', 1)", at: "j.failed_at" },
    finished: { is: "deleted", table: "jobs" },
    owners: null,
    queueNames: null,
    generation: () => "≥ 12",
    forSchema: ({ hasTable, typeOf }) =>
      hasTable("failed_jobs")
        ? typeOf("failed_jobs", "queue") === "text"
          ? { generation: () => (typeOf("failed_jobs", "uuid") === null ? "before 8" : "8–11") }
          : {}
        : {
            from: WAITING,
            states: OPEN_STATES,
            closed: null,
            errors: null,
            generation: () => "≥ 5.2",
            lacks: [reason("lacksFailedJobs", { name: "failed_jobs" })],
          },
  });
