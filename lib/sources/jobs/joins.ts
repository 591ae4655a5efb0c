import type { Pattern } from "@/lib/base/patterns/pattern";

/** A configured rule that joins retry queues of a broker and job queues of a source into one backlog. */
export interface Join {
  readonly queue: Pattern;
  readonly source: string;
  /** Absent: every queue of the source. */
  readonly jobs?: Pattern | undefined;
}

/** A retry or delay queue of a broker; `into` is the work queue that its messages return to, if known. */
export interface RetryQueue {
  readonly name: string;
  readonly into: string | null;
}

export interface JobQueueName {
  readonly source: string;
  readonly queue: string;
}

/**
 * The job queues that a retry queue of a broker belongs to: by the first rule whose `queue` matches its name. Without such a
 * rule, the job queues with the name of the work queue that it retries into.
 */
export function joinedTo(
  retry: RetryQueue,
  jobs: readonly JobQueueName[],
  joins: readonly Join[],
): readonly JobQueueName[] {
  const join = joins.find(({ queue }) => queue.test(retry.name));
  if (join === undefined) return jobs.filter(({ queue }) => queue !== "" && queue === retry.into);
  return jobs.filter(({ source, queue }) => source === join.source && (join.jobs?.test(queue) ?? true));
}
