import { MINUTE } from "@/lib/base/time/duration";
import type { JobErrorGroup, JobQueue } from "@/lib/sources/jobs/job";
import type { Rollbacks } from "@/lib/sources/jobs/rollbacks";

/**
 * Why a backlog does not drain, as far as the table shows; a conclusion, so it is reported as inferred.
 * - `conflict`: a pending twin holds the unique key of retry rows, or nearly every update of the table is rolled back, so
 *   that no progress can be stored;
 * - `not-taken`: jobs are waiting and none is picked up;
 * - `starved`: fresh jobs are processed before retries;
 * - `one-error`: nearly all failures have the same error, so a dependency is down.
 */
export type BacklogCause = "conflict" | "not-taken" | "starved" | "one-error";

export interface CauseInput {
  readonly queue: JobQueue;
  readonly stalledSeconds: number | null;
  readonly untakenSeconds: number | null;
  readonly starvedSeconds: number | null;
  /** Of the updates of its table; absent or null: not measured. */
  readonly rollbacks?: Rollbacks | null;
  readonly nowMs: number;
}

// Four fifths, and enough failures to exclude chance.
const SAME_ERROR_SHARE = 0.8;
const FAILURES_MIN = 20;
// An error that has not occurred for this long is no longer the cause.
const RECENT_MS = 10 * MINUTE;

/**
 * The first cause that applies, in the order from those that block everything to those that slow it down; null if none
 * does.
 */
export function causeOf(input: CauseInput): BacklogCause | null {
  const isLong = (seconds: number | null): boolean => seconds !== null && seconds * 1_000 >= 5 * MINUTE;
  if (!isLong(input.stalledSeconds) && !isLong(input.untakenSeconds)) return null;
  if (isLong(conflictLoopSeconds(input.queue, input.stalledSeconds, input.rollbacks ?? null))) return "conflict";
  if (isLong(input.untakenSeconds)) return "not-taken";
  if (isLong(input.starvedSeconds)) return "starved";
  return shareOf(input.queue.errors, input.nowMs) === null ? null : "one-error";
}

/**
 * The share (0 to 1) of the largest error group among the failures read, if it is large enough and recent; otherwise
 * null.
 */
export function shareOf(errors: readonly JobErrorGroup[], nowMs: number): number | null {
  const [largest] = errors;
  const all = errors.reduce((sum, group) => sum + group.count, 0);
  if (largest === undefined || all < FAILURES_MIN || largest.count < SAME_ERROR_SHARE * all) return null;
  const recent = largest.lastSeenMs !== null && nowMs - largest.lastSeenMs < RECENT_MS;
  return recent ? largest.count / all : null;
}

/**
 * The conflict loop: seconds for which no progress of a queue's retries could be stored. Measured while retries do not
 * decrease: by twin rows that hold their key, and by updates of the table that are rolled back. null if neither is measured.
 */
export function conflictLoopSeconds(
  queue: JobQueue,
  stalledSeconds: number | null,
  rollbacks: Rollbacks | null,
): number | null {
  if (stalledSeconds === null || (queue.conflicts === null && rollbacks === null)) return null;
  const byTwins = (queue.conflicts ?? 0) > 0 ? stalledSeconds : 0;
  // Rollbacks are counted for the whole database: while retries decrease, the rollbacks belong to something else.
  return Math.max(byTwins, Math.min(stalledSeconds, rollbacks?.loopSeconds ?? 0));
}
