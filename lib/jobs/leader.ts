import type { SourceReading } from "@/lib/jobs/job";

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
  return moved ? now.atMs : (previous.leader?.waitingSinceMs ?? now.atMs);
}
