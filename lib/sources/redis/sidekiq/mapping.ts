import { SECOND } from "@/lib/base/time/duration";
import type { RunnerContact, SourceReading } from "@/lib/sources/jobs/job";
import type { RedisContext } from "@/lib/sources/redis/adapter";
import { isWhole, type QueueFacts, shortened } from "@/lib/sources/redis/queue-facts";
import type { ProcessRow } from "@/lib/sources/redis/sidekiq/processes";
import type { SetJob, Sets, SharedSet } from "@/lib/sources/redis/sidekiq/rows";

/** The keys of a process expire after so many seconds without a heartbeat. */
export const DEAD_AFTER_SECONDS = 60;

interface Rows {
  readonly sets: Sets;
  readonly processes: readonly ProcessRow[];
  readonly context: RedisContext;
}

export function toFacts(queue: string, { sets, processes, context }: Rows): QueueFacts {
  const { nowMs } = context;
  const row = sets.queues.find((other) => other.queue === queue);
  const isDue = ({ atMs }: SetJob) => atMs <= nowMs;
  const isLater = (job: SetJob) => !isDue(job);
  const dueScheduled = counted(sets.scheduled, queue, isDue);
  const due = counted(sets.retry, queue, isDue);
  const later = counted(sets.retry, queue, isLater);
  const work = processes.map(({ work, heartbeatMs }) => ({
    isLost: heartbeatMs === null || nowMs - heartbeatMs > DEAD_AFTER_SECONDS * SECOND,
    count: work.filter((job) => job.queue === queue).length,
  }));
  const sumOf = (rows: typeof work) => rows.reduce((sum, { count }) => sum + count, 0);
  const isPartial = processes.some(({ busy, work, heartbeatMs }) => heartbeatMs !== null && work.length < busy);
  return {
    queue,
    counts: {
      // What is due in `schedule` waits for a process that moves it to its queue.
      queued: (row?.length ?? 0) + (dueScheduled ?? 0),
      running: isPartial ? null : sumOf(work),
      retry: due === null || later === null ? null : due + later,
      failed: counted(sets.dead, queue, () => true),
      done: null,
      scheduled: counted(sets.scheduled, queue, isLater),
    },
    isExact: [sets.scheduled, sets.retry, sets.dead].every(({ sample }) => isWhole(sample)),
    retry: { due, later },
    stuck: isPartial ? null : sumOf(work.filter(({ isLost }) => isLost)),
    dueSince: [
      ...(row?.oldestMs == null || sets.paused.has(queue) ? [] : [row.oldestMs]),
      ...[...sets.scheduled.jobs, ...sets.retry.jobs]
        .filter((job) => job.queue === queue && isDue(job))
        .map(({ atMs }) => atMs),
    ],
    throughputPerMinute: null,
    errors: errorsOf(queue, sets),
  };
}

/** Jobs of one queue in a set that all share; null if none of its jobs could be read. */
function counted({ sample, jobs }: SharedSet, queue: string, which: (job: SetJob) => boolean): number | null {
  if (sample === undefined) return 0;
  if (sample.size > 0 && sample.members.length === 0) return null;
  return Math.round(jobs.filter((job) => job.queue === queue && which(job)).length * sample.scale);
}

/** `dead` has the time of the failure, `retry` only that of the next attempt. */
function errorsOf(queue: string, { dead, retry }: Sets): QueueFacts["errors"] {
  const of = ({ jobs }: SharedSet, lastSeen: (job: SetJob) => number | null) =>
    jobs.filter((job) => job.queue === queue).map((job) => ({ text: job.error, lastSeenMs: lastSeen(job), count: 1 }));
  return [...of(dead, ({ atMs }) => atMs), ...of(retry, () => null)];
}

/** A process whose heartbeat has expired was last in contact when it was last seen to be. */
export function contactsOf(processes: readonly ProcessRow[], previous: SourceReading | null): readonly RunnerContact[] {
  const before = new Map((previous?.runners ?? []).map(({ name, lastContactMs }) => [name, lastContactMs]));
  return processes.map(({ identity, heartbeatMs, work }) => {
    const name = shortened(identity.split(":").slice(0, 2).join(":"));
    return {
      name,
      lastContactMs: heartbeatMs ?? before.get(name) ?? null,
      holding: work.map(({ id, type, startedMs, retries }) => ({
        id: shortened(id),
        type: shortened(type),
        startedMs,
        updatedMs: null,
        progress: null,
        phase: "processing" as const,
        failures: retries,
      })),
      overduePendingMs: null,
      deadAfterSeconds: DEAD_AFTER_SECONDS,
    };
  });
}
