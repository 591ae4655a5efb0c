import { followSince, unchangedSince } from "@/lib/base/time/elapsed";
import type { SourceReading } from "@/lib/sources/jobs/job";

/**
 * Since when (epoch ms, as seen by us) work has been due while none ran and none ended, from one reading to the next; null
 * when there is none, or when it moves. A source that wakes up by notifications alone has lost one when this grows old.
 */
export function followWaiting(
  previous: SourceReading | null,
  now: Pick<SourceReading, "queues" | "finishedTotal" | "atMs">,
): number | null {
  const running = now.queues.reduce((sum, queue) => sum + (queue.counts.running ?? 0), 0);
  const due = now.queues.some((queue) => queue.oldestDueSeconds !== null);
  if (running > 0 || !due) return null;
  const moved = previous === null || previous.finishedTotal !== now.finishedTotal;
  return unchangedSince(previous?.leader?.waitingSinceMs ?? null, !moved, now.atMs);
}

/**
 * Since when (epoch ms, as seen by us) nobody has held the leader's lock while work waits; null while somebody does, none
 * waits, or it cannot be told. Standing in line, the others try for it every 5 s.
 */
export function followLeaderless(beforeMs: number | null, { leader, queues, atMs }: SourceReading): number | null {
  if (leader === undefined || leader.present === true) return null;
  const waits = queues.some((queue) => (queue.counts.queued ?? 0) > 0);
  if (!waits) return null;
  return followSince(beforeMs, leader.present === null ? null : true, atMs);
}
