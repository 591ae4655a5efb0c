import type { Measurement } from "@/lib/base/signals/catalogue";
import { secondsSince, unchangedSince } from "@/lib/base/time/elapsed";
import type { JobQueue } from "@/lib/sources/jobs/job";

/** One queue whose due retries have not decreased. Instants are epoch ms. */
interface StalledQueue {
  readonly sinceMs: number;
  /** The count that a decrease is measured against: the last one if counts are exact, otherwise the highest one. */
  readonly due: number;
}

/** By source and queue; without the queues that have no due retries. */
export type StalledMemory = ReadonlyMap<string, StalledQueue>;

// Two samples of the same backlog differ by a few per cent: only a decrease by a tenth counts.
const ESTIMATE_DECREASE = 0.9;

/**
 * Tracks, poll by poll, how long due retries have existed without decreasing. A poll without the number changes nothing and
 * measures null. Any decrease starts again at 0: it shows that retries run.
 */
export function followStalled(
  before: StalledMemory,
  queues: readonly JobQueue[],
  nowMs: number,
): { readonly after: StalledMemory; readonly measurements: readonly Measurement[] } {
  const after = new Map(before);
  const measurements = queues
    .filter((queue) => queue.counts.retry !== null)
    .map((queue): Measurement => {
      const key = keyOf(queue);
      const labels = { source: queue.source, queue: queue.queue };
      const due = queue.retry.due;
      if (due === null) return { signal: "jobs.retry.stalled", labels, value: null };
      const stalled = due > 0 ? step(before.get(key) ?? null, due, queue, nowMs) : null;
      if (stalled === null) after.delete(key);
      else after.set(key, stalled);
      const value = secondsSince(stalled?.sinceMs ?? null, nowMs);
      return { signal: "jobs.retry.stalled", labels, value };
    });
  return { after: withoutRemoved(after, queues), measurements };
}

const keyOf = (queue: Pick<JobQueue, "source" | "queue">): string => `${queue.source}\0${queue.queue}`;

function step(before: StalledQueue | null, due: number, queue: JobQueue, nowMs: number): StalledQueue {
  const estimated = queue.countsAre === "estimated";
  const decreased = before === null || due < before.due * (estimated ? ESTIMATE_DECREASE : 1);
  return {
    sinceMs: unchangedSince(before?.sinceMs ?? null, !decreased, nowMs),
    due: estimated && !decreased ? Math.max(before.due, due) : due,
  };
}

/** Drops the queues that their source no longer has. Sources that were not read in this call are retained. */
function withoutRemoved(memory: StalledMemory, queues: readonly JobQueue[]): StalledMemory {
  const read = new Set(queues.map((queue) => queue.source));
  const present = new Set(queues.map(keyOf));
  return new Map([...memory].filter(([key]) => present.has(key) || !read.has(key.split("\0", 1)[0] ?? "")));
}
