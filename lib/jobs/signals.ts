import type { JobQueue, SourceOutcome } from "@/lib/jobs/job";
import { SAMPLED, type Sample } from "@/lib/signals/catalogue";

type JobSignal = (typeof SAMPLED.jobs)[number][0];

/** Seconds for which a queue's due retries have stood still, from `followStalled`; null where not measured. */
export type Stalled = (queue: JobQueue) => number | null;

/** One stored row per queue of a reading, values in the catalogue's order. */
export const jobSamples = (queues: readonly JobQueue[], stalled: Stalled): readonly Sample[] =>
  queues.map((queue) => {
    const values = valuesOf(queue, stalled);
    return { kind: "jobs", labels: labelsOf(queue), values: SAMPLED.jobs.map(([name]) => values[name]) };
  });

/** Whether the source could be read at all: 1 or 0, label `source`. */
export const sourceSample = (source: string, outcome: Pick<SourceOutcome, "ok">): Sample => ({
  kind: "source",
  labels: { source },
  values: [outcome.ok ? 1 : 0],
});

const labelsOf = (queue: JobQueue) => ({ source: queue.source, queue: queue.queue });

const valuesOf = (queue: JobQueue, stalled: Stalled): Record<JobSignal, number | null> => ({
  "jobs.queued": queue.counts.queued,
  "jobs.running": queue.counts.running,
  "jobs.retry.due": queue.retry.due,
  "jobs.retry.later": queue.retry.later,
  "jobs.failed": queue.counts.failed,
  "jobs.done": queue.counts.done,
  "jobs.oldest.age": queue.oldestDueSeconds,
  "jobs.conflicts": queue.conflicts,
  "jobs.retry.stalled": stalled(queue),
});
