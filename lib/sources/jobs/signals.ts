import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import { conflictLoopSeconds } from "@/lib/sources/jobs/cause";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { openRows } from "@/lib/sources/jobs/pickup";
import type { Rollbacks } from "@/lib/sources/jobs/rollbacks";

type JobSignal = (typeof SAMPLED.jobs)[number][0];

/** Durations of a queue that are tracked from poll to poll, in seconds; null if not measured. */
export interface FollowedJobs {
  readonly stalledSeconds: number | null;
  readonly untakenSeconds: number | null;
  /** Jobs that failed for good within the last ten minutes; 0 for single ones, null if not known yet. */
  readonly failedInWindow: number | null;
  readonly starvedSeconds: number | null;
  /** Only for pipelines of an application: connected without consuming; without a connection. */
  readonly unconsumedSeconds: number | null;
  readonly disconnectedSeconds: number | null;
  /** Only for subscribers of an application: blocked by a publish. */
  readonly publishSilentSeconds: number | null;
}

/** Nothing has been tracked yet. */
export const UNFOLLOWED: FollowedJobs = {
  stalledSeconds: null,
  untakenSeconds: null,
  failedInWindow: null,
  starvedSeconds: null,
  unconsumedSeconds: null,
  disconnectedSeconds: null,
  publishSilentSeconds: null,
};

/**
 * One stored row for each queue of a reading, values in the catalogue's order. `rollbacks` are those of the whole
 * source.
 */
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
  /** Working runners, and how many are missing from the expected number; null if the source has no runners to count. */
  readonly present: number | null;
  readonly short: number | null;
  /** Seconds; null for kinds that cannot measure it. */
  readonly redialingSeconds: number | null;
  readonly brokenSeconds: number | null;
  readonly leaderlessSeconds: number | null;
  /** Errors and warnings in an application's configuration file. */
  readonly configFindings: number | null;
  /** For how long publishes of the application have raised exceptions. */
  readonly publishFailingSeconds: number | null;
  /** For how long an application that answered before has not been reachable; null for a table. */
  readonly goneSeconds: number | null;
  /** Replication lag of a standby, seconds; 0 for a primary, null if unknown. */
  readonly behindSeconds: number | null;
}

/** A source that could not be read: nothing was measured. */
export const UNREAD: SourceStatus = {
  ok: false,
  present: null,
  short: null,
  redialingSeconds: null,
  brokenSeconds: null,
  leaderlessSeconds: null,
  configFindings: null,
  publishFailingSeconds: null,
  goneSeconds: null,
  behindSeconds: null,
};

/** Whether the source could be read (1 or 0), its runners, and the state of its application. Label `source`. */
export function sourceSample(source: string, status: SourceStatus): Sample {
  const values: Record<(typeof SAMPLED.source)[number][0], number | null> = {
    "jobs.source.up": status.ok ? 1 : 0,
    "runners.present": status.present,
    "runners.short": status.short,
    "application.redialing": status.redialingSeconds,
    "application.broken": status.brokenSeconds,
    "jobs.leader.absent": status.leaderlessSeconds,
    "application.config.findings": status.configFindings,
    "jobs.source.behind": status.behindSeconds,
    "application.publish.failing": status.publishFailingSeconds,
    "application.gone": status.goneSeconds,
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
  "jobs.scheduled": queue.counts.scheduled,
  "jobs.failing": followed.failedInWindow,
  "jobs.orphans": queue.orphans ?? null,
  "pipeline.unconsumed": followed.unconsumedSeconds,
  "pipeline.disconnected": followed.disconnectedSeconds,
  "subscriber.publish.silent": followed.publishSilentSeconds,
});
