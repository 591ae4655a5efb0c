import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { RedisContext } from "@/lib/sources/redis/adapter";
import { ACTIVE_MAX, dueOf, type JobRows, keyOf, type ListRow } from "@/lib/sources/redis/bullmq/rows";
import { countIn, isWhole, type QueueFacts } from "@/lib/sources/redis/queue-facts";

/** One queue's numbers from its lists and the hashes of its jobs. */
export function toFacts(list: ListRow, jobs: JobRows, context: RedisContext): QueueFacts {
  const { prefix, nowMs } = context;
  const { queue } = list;
  const delayedKey = keyOf(prefix, queue, "delayed");
  const sample = jobs.samples.get(delayedKey);
  const isRetry = (id: string) => (jobs.delayed.get(keyOf(prefix, queue, id))?.attempts ?? 0) > 0;
  const isDue = (score: number) => dueOf(score) <= nowMs;
  const due = countIn(sample, ({ member, score }) => isRetry(member) && isDue(score));
  const later = countIn(sample, ({ member, score }) => isRetry(member) && !isDue(score));
  // A complete sample is of one moment; the sizes of a moment before may differ from it by what workers did meanwhile.
  const dueJobs = isWhole(sample) ? (countIn(sample, ({ score }) => isDue(score)) ?? 0) : list.due;
  const delayed = isWhole(sample) && sample !== undefined ? sample.size : list.delayed;
  const atLeastZero = (count: number) => Math.max(0, count);
  return {
    queue,
    counts: {
      queued: list.wait + list.prioritized + atLeastZero(dueJobs - (due ?? 0)),
      running: list.active,
      retry: due === null || later === null ? null : due + later,
      failed: list.failed,
      done: list.completed,
      scheduled: atLeastZero(delayed - dueJobs - (later ?? 0)),
    },
    isExact: isWhole(sample),
    retry: { due, later },
    stuck: list.active > ACTIVE_MAX ? null : lost(list, jobs),
    dueSince: list.isPaused ? [] : dueSince(list, jobs, prefix),
    throughputPerMinute: throughput(list, context),
    errors: errorsOf(list, jobs, prefix),
  };
}

const lost = ({ queue }: ListRow, { active }: JobRows): number =>
  (active.get(queue) ?? []).filter(({ isLocked }) => !isLocked).length;

/** A retry that returned to `wait` does not say when: its hash has the time of its creation. */
function dueSince(list: ListRow, jobs: JobRows, prefix: string): readonly number[] {
  const waiting = jobs.waitingIds(list).flatMap((id) => {
    const { createdMs = null, delayMs = 0, attempts = 0 } = jobs.waiting.get(keyOf(prefix, list.queue, id)) ?? {};
    return createdMs !== null && attempts === 0 ? [createdMs + delayMs] : [];
  });
  return list.firstDueMs === null ? waiting : [...waiting, list.firstDueMs];
}

/** null if jobs that finished since the poll before may have been removed already. */
function throughput(list: ListRow, { previous, nowMs }: RedisContext): number | null {
  const spanMs = previous === null ? 0 : nowMs - previous.atMs;
  const stored = list.completed + list.failed;
  if (spanMs < SECOND || list.completed === 0 || list.finishedSince >= stored) return null;
  return (list.finishedSince * MINUTE) / spanMs;
}

/** Of the newest failed jobs, and of those that wait for another attempt. */
function errorsOf(list: ListRow, jobs: JobRows, prefix: string): QueueFacts["errors"] {
  const failed = list.lastFailed.map(({ member, score }) => ({
    text: jobs.failed.get(keyOf(prefix, list.queue, member))?.failedReason ?? "",
    lastSeenMs: score,
    count: 1,
  }));
  const delayed = jobs.samples.get(keyOf(prefix, list.queue, "delayed"))?.members ?? [];
  const retried = delayed.map(({ member }) => ({
    text: jobs.delayed.get(keyOf(prefix, list.queue, member))?.failedReason ?? "",
    lastSeenMs: null,
    count: 1,
  }));
  return [...failed, ...retried];
}
