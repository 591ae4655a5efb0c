import { reason } from "@/lib/base/messages/reason";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { olderThan, utc } from "@/lib/sources/adapters/sql-expressions";

const STATES = {
  queued: "j.state IN ('available', 'suspended', 'scheduled')",
  running: "j.state = 'executing'",
  retry: "j.state = 'retryable'",
  failed: "j.state = 'discarded'",
  done: "j.state = 'completed'",
};

/**
 * Oban 2.23 (oban-bg/oban, lib/oban/migrations/postgres v01 to v14 @2939e313): table `oban_jobs`.
 *
 * - Migration 14 added the state `suspended`. A value that an enum does not have cannot be compared with it, and a
 *   comparison as text would not use the index.
 * - All times are `timestamp` without zone, in UTC.
 * - `suspended` jobs are never due. The leader's Stager makes a due `scheduled` or `retryable` row `available` within
 *   about a second; due rows that remain indicate that there is no leader.
 * - An `executing` job of a dead node is rescued only if the Lifeline plugin is configured (its rescue_after is 60
 *   minutes). `attempted_by` names nodes, which send no heartbeat, so owners are unsupported.
 * - The Pruner deletes finished jobs, after 60 s by default: `done` counts the rows that remain, and with a longer poll
 *   interval the rate misses finished jobs.
 * - The index (state, queue, priority, scheduled_at, id) serves the open counts alone; `args` and `meta` are never read.
 */
export const oban = genericTable({
  kind: "oban",
  versions: "2.0–2.23 (migrations 8–14)",
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
      table: "oban_jobs",
      columns: ["state", "queue", "scheduled_at", "attempted_at", "completed_at", "discarded_at", "errors"],
    },
  ],
  queue: "j.queue",
  omits: reason("omitsOban", {}),
  states: STATES,
  dueAt: `CASE WHEN j.state <> 'suspended' THEN ${utc("j.scheduled_at")} END`,
  open: "j.state IN ('available', 'suspended', 'scheduled', 'executing', 'retryable')",
  closed: "j.state IN ('completed', 'discarded')",
  statesIndexed: true,
  overdue: olderThan(utc("j.attempted_at"), HOUR / SECOND),
  errors: {
    where: "j.state IN ('retryable', 'discarded')",
    text: "j.errors[array_upper(j.errors, 1)] ->> 'error'",
    at: utc("j.attempted_at"),
  },
  finished: {
    is: "retained",
    since: (instant) =>
      `((j.state = 'completed' AND j.completed_at > ${utc(instant)}) OR (j.state = 'discarded' AND j.discarded_at > ${utc(instant)}))`,
  },
  owners: null,
  queueNames: null,
  generation: () => "migrations ≥ 14",
  // Each migration writes its number as the comment of the table.
  recorded: {
    table: null,
    version: `SELECT substring(obj_description(to_regclass('oban_jobs'), 'pg_class') FROM '^[0-9]+$')::float8 AS version`,
    unit: "migration",
  },
  forSchema: ({ labelsOf }) => {
    const labels = labelsOf("oban_jobs", "state");
    if (labels.length === 0 || labels.includes("suspended")) return {};
    return {
      states: { ...STATES, queued: "j.state IN ('available', 'scheduled')" },
      dueAt: utc("j.scheduled_at"),
      open: "j.state IN ('available', 'scheduled', 'executing', 'retryable')",
      generation: () => "migrations 8–13",
    };
  },
});
