import type { Measurement } from "@/lib/base/signals/catalogue";
import { secondsSince, unchangedSince } from "@/lib/base/time/elapsed";
import type { JobQueue } from "@/lib/sources/jobs/job";

/** Due retries of one queue that have not become fewer. Instants are epoch ms. */
interface StalledQueue {
  readonly sinceMs: number;
  /** What "fewer" is measured against: the last count where counts are exact, the highest one where they are not. */
  readonly due: number;
}

/** By source and queue; a queue without due retries is not in it. */
export type StalledMemory = ReadonlyMap<string, StalledQueue>;

// Two samples of the same backlog differ by a few per cent: only a tenth less is taken for a fall.
const ESTIMATE_FALL = 0.9;

/**
 * Follows, poll by poll, how long due retries have been there without becoming fewer. A poll without the number changes
 * nothing and measures null; any fall starts the clock anew, for then retries do run.
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
      const standstill = due > 0 ? step(before.get(key) ?? null, due, queue, nowMs) : null;
      if (standstill === null) after.delete(key);
      else after.set(key, standstill);
      const value = secondsSince(standstill?.sinceMs ?? null, nowMs);
      return { signal: "jobs.retry.stalled", labels, value };
    });
  return { after: only(after, queues), measurements };
}

const keyOf = (queue: Pick<JobQueue, "source" | "queue">): string => `${queue.source}\0${queue.queue}`;

function step(before: StalledQueue | null, due: number, queue: JobQueue, nowMs: number): StalledQueue {
  const estimated = queue.countsAre === "estimated";
  const fell = before === null || due < before.due * (estimated ? ESTIMATE_FALL : 1);
  return {
    sinceMs: unchangedSince(before?.sinceMs ?? null, !fell, nowMs),
    due: estimated && !fell ? Math.max(before.due, due) : due,
  };
}

/** Queues of the sources just read that are gone are forgotten; sources not read in this call are kept. */
function only(memory: StalledMemory, queues: readonly JobQueue[]): StalledMemory {
  const read = new Set(queues.map((queue) => queue.source));
  const present = new Set(queues.map(keyOf));
  return new Map([...memory].filter(([key]) => present.has(key) || !read.has(key.split("\0", 1)[0] ?? "")));
}
