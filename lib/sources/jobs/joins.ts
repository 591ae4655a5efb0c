/** A rule that makes retry queues of brokers and job queues of a source one backlog. */
export interface Join {
  readonly queue: RegExp;
  readonly source: string;
  /** Absent: every queue of the source. */
  readonly jobs?: RegExp | undefined;
}

/** A retry or delay queue of a broker; `into` is the work queue it gives its messages back to, where that is known. */
export interface RetryQueue {
  readonly name: string;
  readonly into: string | null;
}

export interface Joined {
  readonly source: string;
  readonly queue: string;
}

/**
 * The job queues that a retry queue of a broker belongs to. The first rule whose `queue` is found in its name decides;
 * where none does, a job queue that is called like the work queue it retries into belongs to it.
 */
export function joinedTo(retry: RetryQueue, jobs: readonly Joined[], joins: readonly Join[]): readonly Joined[] {
  const join = joins.find((one) => one.queue.test(retry.name));
  if (join === undefined) return jobs.filter((one) => one.queue !== "" && one.queue === retry.into);
  return jobs.filter((one) => one.source === join.source && (join.jobs?.test(one.queue) ?? true));
}
