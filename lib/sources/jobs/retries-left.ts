import type { JobQueue } from "@/lib/sources/jobs/job";

/** The most due retries of one queue since there were none, and how many jobs were in the other states then. */
interface Peak {
  readonly due: number;
  readonly others: Readonly<Record<"failed" | "done" | "running" | "later", number | null>>;
  /** There are none left: the next ones are others. */
  readonly over: boolean;
}

/** By queue. */
export type RetryPeaks = ReadonlyMap<string, Peak>;

export function followRetryPeaks(before: RetryPeaks, queues: readonly JobQueue[]): RetryPeaks {
  const after = new Map<string, Peak>();
  for (const queue of queues) {
    const known = before.get(queue.queue) ?? null;
    const due = queue.retry.due;
    if (due === null || queue.countsAre === "estimated") {
      if (known !== null) after.set(queue.queue, known);
    } else if (due > 0 && (known === null || known.over || due >= known.due)) {
      after.set(queue.queue, { due, others: othersOf(queue), over: false });
    } else if (known !== null && !known.over) {
      after.set(queue.queue, { ...known, over: due === 0 });
    }
  }
  return after;
}

const othersOf = ({ counts, retry }: JobQueue): Peak["others"] => ({
  failed: counts.failed,
  done: counts.done,
  running: counts.running,
  later: retry.later,
});

/** What became of most of the due retries that are no longer there. */
export interface RetriesLeft {
  readonly how: "failed" | "deleted";
  readonly count: number;
}

/**
 * Whether the retries became fewer because they failed for good, or because their rows were deleted, and not because they
 * were run. null: they were run, or it is not known (a table that deletes what is done says nothing, nor does a sample).
 */
export function retriesLeft(peak: Peak | undefined, queue: JobQueue): RetriesLeft | null {
  if (peak === undefined || queue.retry.due === null || queue.countsAre === "estimated") return null;
  const fell = peak.due - queue.retry.due;
  if (fell <= 0) return null;
  const now = othersOf(queue);
  const risen = (state: keyof Peak["others"]): number | null => {
    const [then, current] = [peak.others[state], now[state]];
    return then === null || current === null || current < then ? null : current - then;
  };
  const failed = risen("failed");
  if (failed !== null && failed * 2 >= fell) return { how: "failed", count: failed };
  const elsewhere = [
    failed,
    risen("done"),
    risen("later"),
    Math.max(0, (now.running ?? 0) - (peak.others.running ?? 0)),
  ];
  if (elsewhere.some((count) => count === null)) return null;
  const found = elsewhere.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return found * 2 < fell ? { how: "deleted", count: fell - found } : null;
}
