import { followSince, unchangedSince } from "@/lib/base/time/elapsed";
import type { SourceReading } from "@/lib/sources/jobs/job";

/**
 * Since when (epoch ms, first observed) jobs have been due while none ran and none finished, from one reading to the next;
 * null if no job is due or jobs are processed. For a source whose workers wake up by notifications alone, a long time means
 * that a notification was lost.
 */
export function followWaiting(
  previous: SourceReading | null,
  current: Pick<SourceReading, "queues" | "finishedTotal" | "atMs">,
): number | null {
  const running = current.queues.reduce((sum, queue) => sum + (queue.counts.running ?? 0), 0);
  const due = current.queues.some((queue) => queue.oldestDueSeconds !== null);
  if (running > 0 || !due) return null;
  const processed = previous === null || previous.finishedTotal !== current.finishedTotal;
  return unchangedSince(previous?.leader?.waitingSinceMs ?? null, !processed, current.atMs);
}

/**
 * Since when (epoch ms, first observed) no process has held the leader's lock, beginning while jobs were waiting; null if one
 * holds it, or it is unknown. The other processes try to acquire the lock every 5 s.
 */
export function followLeaderless(beforeMs: number | null, { leader, queues, atMs }: SourceReading): number | null {
  if (leader === undefined || leader.present === true) return null;
  const hasWaiting = queues.some((queue) => (queue.counts.queued ?? 0) > 0);
  // That the jobs were deleted, or done otherwise, gives it no leader.
  return followSince(beforeMs, leader.present === null || !hasWaiting ? null : true, atMs);
}
