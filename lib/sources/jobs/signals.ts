import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import { conflictLoopSeconds } from "@/lib/sources/jobs/cause";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { openRows } from "@/lib/sources/jobs/pickup";
import type { Rollbacks } from "@/lib/sources/jobs/rollbacks";

type JobSignal = (typeof SAMPLED.jobs)[number][0];

/** What was followed of a queue from poll to poll, in seconds; null where not measured. */
export interface FollowedJobs {
  readonly stalledSeconds: number | null;
  readonly untakenSeconds: number | null;
  readonly starvedSeconds: number | null;
  /** Of an application's pipeline: connected without consuming; without a connection. Null of all others. */
  readonly unconsumedSeconds: number | null;
  readonly disconnectedSeconds: number | null;
  /** Of an application's subscriber: held up by publishes. Null of all others. */
  readonly publishSilentSeconds: number | null;
}

/** Nothing was followed yet. */
export const UNFOLLOWED: FollowedJobs = {
  ...{ stalledSeconds: null, untakenSeconds: null, starvedSeconds: null },
  ...{ unconsumedSeconds: null, disconnectedSeconds: null, publishSilentSeconds: null },
};

/** One stored row per queue of a reading, values in the catalogue's order. `rollbacks` are of the whole source. */
export const jobSamples = (
  queues: readonly JobQueue[],
  followed: (queue: JobQueue) => FollowedJobs,
  rollbacks: Rollbacks | null,
): readonly Sample[] =>
  queues.map((queue) => {
    const values = valuesOf(queue, followed(queue), rollbacks);
    return { kind: "jobs", labels: labelsOf(queue), values: SAMPLED.jobs.map(([name]) => values[name]) };
  });

export interface SourceStatus {
  readonly ok: boolean;
  /** Runners that can be counted on, and how many fewer than expected; null where there is nothing to count. */
  readonly present: number | null;
  readonly short: number | null;
  /** Seconds; null of a kind that cannot show it. */
  readonly redialingSeconds: number | null;
  readonly brokenSeconds: number | null;
  readonly leaderlessSeconds: number | null;
  /** Errors and warnings in an application's configuration file. */
  readonly configFindings: number | null;
  /** How old what a standby shows is, seconds; 0 of a primary, null where it cannot be known. */
  readonly behindSeconds: number | null;
}

/** A source that could not be read: nothing of it was measured. */
export const UNREAD: SourceStatus = {
  ...{ ok: false, present: null, short: null },
  ...{ redialingSeconds: null, brokenSeconds: null, leaderlessSeconds: null, configFindings: null },
  behindSeconds: null,
};

/** Whether the source could be read at all (1 or 0), and how many of its runners are there. Label `source`. */
export function sourceSample(source: string, standing: SourceStatus): Sample {
  const values: Record<(typeof SAMPLED.source)[number][0], number | null> = {
    "jobs.source.up": standing.ok ? 1 : 0,
    "runners.present": standing.present,
    "runners.short": standing.short,
    "application.redialing": standing.redialingSeconds,
    "application.broken": standing.brokenSeconds,
    "jobs.leader.absent": standing.leaderlessSeconds,
    "application.config.findings": standing.configFindings,
    "jobs.source.behind": standing.behindSeconds,
  };
  return { kind: "source", labels: { source }, values: SAMPLED.source.map(([name]) => values[name]) };
}

const labelsOf = (queue: JobQueue) => ({ source: queue.source, queue: queue.queue });

const valuesOf = (
  queue: JobQueue,
  followed: FollowedJobs,
  rollbacks: Rollbacks | null,
): Record<JobSignal, number | null> => ({
  "jobs.queued": queue.counts.queued,
  "jobs.running": queue.counts.running,
  "jobs.retry.due": queue.retry.due,
  "jobs.retry.later": queue.retry.later,
  "jobs.failed": queue.counts.failed,
  "jobs.done": queue.counts.done,
  "jobs.oldest.age": queue.oldestDueSeconds,
  "jobs.conflicts": queue.conflicts,
  "jobs.retry.stalled": followed.stalledSeconds,
  "jobs.stuck": queue.stuck,
  "jobs.retry.starved": followed.starvedSeconds,
  "jobs.conflict.loop": conflictLoopSeconds(queue, followed.stalledSeconds, rollbacks),
  "jobs.untaken": followed.untakenSeconds,
  "jobs.throughput": queue.throughputPerMinute,
  "jobs.open": openRows(queue),
  "jobs.orphans": queue.orphans ?? null,
  "pipeline.unconsumed": followed.unconsumedSeconds,
  "pipeline.disconnected": followed.disconnectedSeconds,
  "subscriber.publish.silent": followed.publishSilentSeconds,
});
