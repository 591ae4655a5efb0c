import { reason } from "@/lib/base/messages/reason";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { olderThan } from "@/lib/sources/adapters/sql-expressions";

const FINAL = "j.state IN ('cancelled', 'completed', 'discarded')";

const STATES = {
  queued: "j.state IN ('available', 'pending', 'scheduled')",
  running: "j.state = 'running'",
  retry: "j.state = 'retryable'",
  failed: "j.state = 'discarded'",
  done: "j.state = 'completed'",
};

/** Migration 4 added the state `pending`. */
const WITHOUT_PENDING = {
  states: { ...STATES, queued: "j.state IN ('available', 'scheduled')" },
  dueAt: "j.scheduled_at",
  open: "j.state IN ('available', 'scheduled', 'running', 'retryable')",
  generation: () => "migrations 2–3",
};

/**
 * River 0.51 (riverqueue/river, riverdriver/riverpgxv5/migration/main 001-008 of v0.51.2): table `river_job`.
 *
 * - Migration 4 added the state `pending` and the table `river_queue`, 5 `unique_key`, and 6 `unique_states`; 7 and 8
 *   change no table that is read.
 * - `pending` rows wait for another component (a workflow) and are never due. The leader moves due `scheduled` and
 *   `retryable` rows to `available`, so due rows that remain indicate that there is no leader.
 * - `attempted_by` names clients, but they send no heartbeat: which are alive is unknown, so owners are unsupported. A job
 *   that has run for more than an hour is past River's own rescue (RescueStuckJobsAfter, 1 h and the job's timeout).
 * - `cancelled` is neither failed nor done. Finished rows are deleted after 24 h (completed, cancelled) or 7 days
 *   (discarded).
 * - The index (state, queue, priority, scheduled_at, id) serves the open counts alone; `args` and `metadata` are never
 *   read.
 */
export const river = genericTable({
  kind: "river",
  versions: "0.0.1–0.51 (migrations 2–8)",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "unsupported",
    throughput: "exact",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  schema: null,
  requiredTables: [
    {
      table: "river_job",
      columns: ["state", "queue", "scheduled_at", "attempted_at", "finalized_at", "errors"],
    },
  ],
  optionalTables: [{ table: "river_queue", columns: ["name"] }],
  queue: "j.queue",
  omits: reason("omitsRiver", {}),
  states: STATES,
  dueAt: "CASE WHEN j.state <> 'pending' THEN j.scheduled_at END",
  open: "j.state IN ('available', 'pending', 'scheduled', 'running', 'retryable')",
  closed: "j.state IN ('completed', 'discarded')",
  statesIndexed: true,
  overdue: olderThan("j.attempted_at", HOUR / SECOND),
  errors: {
    where: "j.state IN ('retryable', 'discarded')",
    text: "j.errors[array_upper(j.errors, 1)] ->> 'error'",
    at: "j.attempted_at",
  },
  finished: { is: "retained", since: (instant) => `${FINAL} AND j.finalized_at > ${instant}` },
  owners: null,
  queueNames: { table: "river_queue", name: "name" },
  generation: (columns) =>
    columns.has("unique_states") ? "migrations ≥ 6" : columns.has("unique_key") ? "migration 5" : "migration 4",
  recorded: {
    table: { name: "river_migration", columns: ["version"] },
    version: "SELECT max(version)::float8 AS version FROM river_migration",
    unit: "migration",
  },
  forSchema: ({ labelsOf, hasTable }) => {
    const labels = labelsOf("river_job", "state");
    return {
      ...(labels.length === 0 || labels.includes("pending") ? {} : WITHOUT_PENDING),
      ...(hasTable("river_queue")
        ? {}
        : { queueNames: null, lacks: [reason("lacksEmptyQueues", { name: "river_queue" })] }),
    };
  },
});
