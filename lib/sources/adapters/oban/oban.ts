import { HOUR, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { olderThan, utc } from "@/lib/sources/adapters/sql-expressions";

/**
 * Oban 2.23 (oban-bg/oban, lib/oban/migrations/postgres v01 to v14 @2939e313): table `oban_jobs`.
 *
 * - every time is a `timestamp` without zone that holds UTC.
 * - `suspended` jobs are due at no time. A `scheduled` or `retryable` row whose time has come is made `available` by
 *   the leader's Stager within a second or so; due ones that stay tell of a missing leader.
 * - nobody takes an `executing` job of a dead node back unless the Lifeline plugin is configured (its rescue_after is
 *   60 minutes); `attempted_by` names nodes that do not beat, so owners are unsupported.
 * - the Pruner removes finished jobs, after 60 s where it is left as it comes: `done` is what is still there, and
 *   a poll interval longer than that misses finished jobs in the rate.
 * - index (state, queue, priority, scheduled_at, id) serves the open counts alone; `args` and `meta` are never read.
 */
export const oban = genericTable({
  kind: "oban",
  versions: "2.23 (migration 14)",
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
  states: {
    queued: "j.state IN ('available', 'suspended', 'scheduled')",
    running: "j.state = 'executing'",
    retry: "j.state = 'retryable'",
    failed: "j.state = 'discarded'",
    done: "j.state = 'completed'",
  },
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
  generation: () => "14",
});
