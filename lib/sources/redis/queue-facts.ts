import { SECOND } from "@/lib/base/time/duration";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import type { JobCounts, JobQueue } from "@/lib/sources/jobs/job";
import type { RedisContext } from "@/lib/sources/redis/adapter";
import type { SetSample } from "@/lib/sources/redis/sets";

/** More queues than these are left out, and the reading says that it is cut. */
export const QUEUES_MAX = 1_000;
/** The names of jobs, workers and queues are shown; of a longer one the rest is not. */
const NAME_MAX = 200;

export const shortened = (name: string): string => name.slice(0, NAME_MAX);

/**
 * The names that were found, and those of the reading before: keys are looked for once a minute and in parts, and what was
 * not found in between may still exist.
 */
export const withKnown = (found: readonly string[], { previous }: Pick<RedisContext, "previous">): readonly string[] =>
  [...new Set([...found, ...(previous?.queues ?? []).map(({ queue }) => queue)])].sort();

/** What an adapter knows of one queue. */
export interface QueueFacts {
  readonly queue: string;
  readonly counts: JobCounts;
  readonly isExact: boolean;
  readonly retry: JobQueue["retry"];
  readonly stuck: number | null;
  /** When its jobs became due, epoch ms: those of which it is known. */
  readonly dueSince: readonly number[];
  readonly throughputPerMinute: number | null;
  readonly errors: readonly { readonly text: string; readonly lastSeenMs: number | null; readonly count: number }[];
}

export function toQueue(kind: string, facts: QueueFacts, { source, nowMs }: RedisContext): JobQueue {
  const { queue, counts, isExact, retry, stuck, throughputPerMinute } = facts;
  return {
    source,
    kind,
    queue,
    counts,
    countsAre: isExact ? "exact" : "estimated",
    retry,
    oldestDueSeconds: facts.dueSince.length === 0 ? null : Math.max(0, (nowMs - Math.min(...facts.dueSince)) / SECOND),
    throughputPerMinute,
    errors: groupErrors(facts.errors),
    stuck,
    conflicts: null,
  };
}

/** How many members of a set fulfil a condition; of a sample as many as it represents. null: nothing could be sampled. */
export function countIn(
  sample: SetSample | undefined,
  which: (member: SetSample["members"][number]) => boolean,
): number | null {
  if (sample === undefined) return 0;
  if (sample.size > 0 && sample.members.length === 0) return null;
  return Math.round(sample.members.filter(which).length * sample.scale);
}

export const isWhole = (sample: SetSample | undefined): boolean => sample === undefined || sample.scale === 1;
