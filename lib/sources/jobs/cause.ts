import { MINUTE } from "@/lib/base/time/duration";
import type { JobErrorGroup, JobQueue } from "@/lib/sources/jobs/job";
import type { Rollbacks } from "@/lib/sources/jobs/rollbacks";

/**
 * Why a backlog does not drain, as far as the table shows it; concluded, so told as inferred.
 * - `conflict`: retry rows have a pending twin that holds their unique key, or nearly every update of the table is rolled
 *   back, so nothing can be stored;
 * - `not-taken`: work waits and nobody takes any;
 * - `starved`: fresh jobs are served before retries;
 * - `one-error`: nearly all failures are the same one, so a dependency is down.
 */
export type BacklogCause = "conflict" | "not-taken" | "starved" | "one-error";

export interface CauseSeen {
  readonly queue: JobQueue;
  readonly stalledSeconds: number | null;
  readonly untakenSeconds: number | null;
  readonly starvedSeconds: number | null;
  /** Of its table's updates; absent or null: not measured. */
  readonly rollbacks?: Rollbacks | null;
  readonly nowMs: number;
}

// Four fifths, and enough of them that it is no chance.
const ALIKE_SHARE = 0.8;
const ALIKE_MIN = 20;
// An error that has not come for this long is history.
const RECENT_MS = 10 * MINUTE;

/** The first that is true, from what keeps everything from moving to what slows it; null when nothing explains it. */
export function causeOf(seen: CauseSeen): BacklogCause | null {
  const long = (seconds: number | null): boolean => seconds !== null && seconds * 1_000 >= 5 * MINUTE;
  if (!long(seen.stalledSeconds) && !long(seen.untakenSeconds)) return null;
  if (long(conflictLoopSeconds(seen.queue, seen.stalledSeconds, seen.rollbacks ?? null))) return "conflict";
  if (long(seen.untakenSeconds)) return "not-taken";
  if (long(seen.starvedSeconds)) return "starved";
  return shareOf(seen.queue.errors, seen.nowMs) === null ? null : "one-error";
}

/** The share (0 to 1) of looked-at failures that are the largest group, where that group is large and still comes. */
export function shareOf(errors: readonly JobErrorGroup[], nowMs: number): number | null {
  const [largest] = errors;
  const all = errors.reduce((sum, group) => sum + group.count, 0);
  if (largest === undefined || all < ALIKE_MIN || largest.count < ALIKE_SHARE * all) return null;
  const recent = largest.lastSeenMs !== null && nowMs - largest.lastSeenMs < RECENT_MS;
  return recent ? largest.count / all : null;
}

/**
 * Seconds for which nothing of a queue's retries could be stored: the conflict loop. Told by rows that hold their key
 * while they stand still, and by the table's updates being rolled back while they do; null where neither is measured.
 */
export function conflictLoopSeconds(
  queue: JobQueue,
  stalledSeconds: number | null,
  rollbacks: Rollbacks | null,
): number | null {
  if (stalledSeconds === null || (queue.conflicts === null && rollbacks === null)) return null;
  const byTwins = (queue.conflicts ?? 0) > 0 ? stalledSeconds : 0;
  // Rollbacks are of the whole database: without retries that stand still they are somebody else's.
  return Math.max(byTwins, Math.min(stalledSeconds, rollbacks?.loopSeconds ?? 0));
}
