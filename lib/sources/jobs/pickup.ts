import { MINUTE } from "@/lib/base/time/duration";
import { followSince, secondsSince } from "@/lib/base/time/elapsed";
import type { JobQueue } from "@/lib/sources/jobs/job";

/** Whether anybody works on a queue, as far as its table shows. Instants are epoch ms. */
interface QueuePickup {
  /** The last poll that saw jobs finished; null: none yet. */
  readonly finishedMs: number | null;
  /** Since when jobs have waited while none ran, none finished and none was taken. */
  readonly untakenSinceMs: number | null;
  readonly waiting: number | null;
  readonly finished: number | null;
}

/** By queue of one source. */
export type PickupMemory = ReadonlyMap<string, QueuePickup>;

/** What waits in a queue and could run now: fresh jobs and due retries; null where neither is counted. */
export function waitingIn({ counts, retry }: Pick<JobQueue, "counts" | "retry">): number | null {
  if (counts.queued === null && retry.due === null) return null;
  return (counts.queued ?? 0) + (retry.due ?? 0);
}

/** Rows that are not finished and not in hand: what a worker's pick has to look through. null where not counted. */
export function openRows({ counts, retry }: Pick<JobQueue, "counts" | "retry">): number | null {
  const waiting = waitingIn({ counts, retry });
  return waiting === null ? null : waiting + (retry.later ?? 0);
}

export interface Pickup {
  /** Seconds for which work has waited and nobody took any; 0 while somebody does; null where it cannot be told. */
  readonly untakenSeconds: number | null;
  /** Seconds for which due retries have stood still while fresh jobs of the same queue were done. */
  readonly starvedSeconds: number | null;
}

// A worker that takes long jobs finishes one now and then; with none for this long nobody is served before anybody.
const SERVED_WITHIN_MS = 5 * MINUTE;

/**
 * Follows, poll by poll, whether the jobs that wait are taken: one that runs, one that finished, or fewer that wait all
 * prove a worker. `stalled` tells for how long due retries have not become fewer (`followStalled`).
 */
export function followPickup(
  before: PickupMemory,
  queues: readonly JobQueue[],
  stalled: (queue: JobQueue) => number | null,
  nowMs: number,
): { readonly after: PickupMemory; readonly told: ReadonlyMap<string, Pickup> } {
  const after = new Map(queues.map((queue) => [queue.queue, step(before.get(queue.queue) ?? null, queue, nowMs)]));
  const told = queues.map((queue): [string, Pickup] => {
    const taking = after.get(queue.queue) ?? null;
    return [
      queue.queue,
      { untakenSeconds: untaken(taking, queue, nowMs), starvedSeconds: starved(taking, queue, stalled(queue), nowMs) },
    ];
  });
  return { after, told: new Map(told) };
}

function step(before: QueuePickup | null, queue: JobQueue, nowMs: number): QueuePickup {
  const waiting = waitingIn(queue);
  const { done, failed } = queue.counts;
  const finished = done === null && failed === null ? null : (done ?? 0) + (failed ?? 0);
  const grew = before !== null && rose(before.finished, finished);
  const finishedMs = grew || (queue.throughputPerMinute ?? 0) > 0 ? nowMs : (before?.finishedMs ?? null);
  const taken = finishedMs === nowMs || inHand(queue) || rose(waiting, before?.waiting ?? null);
  const stands = !taken && waiting !== null && waiting > 0 && !inFuture(queue);
  return { finishedMs, untakenSinceMs: followSince(before?.untakenSinceMs ?? null, stands, nowMs), waiting, finished };
}

/** A row that has run for longer than it may proves nobody: a worker that died leaves it so. */
const inHand = ({ counts, stuck }: JobQueue): boolean => (counts.running ?? 0) > (stuck ?? 0);

const rose = (from: number | null, to: number | null): boolean => from !== null && to !== null && to > from;

/** Exact counts and no due job: what is queued has its time still to come. */
const inFuture = (queue: JobQueue): boolean => queue.oldestDueSeconds === null && queue.countsAre === "exact";

function untaken(taking: QueuePickup | null, queue: JobQueue, nowMs: number): number | null {
  // Neither running jobs nor finished ones can be seen: then nothing says that nobody works.
  const seen = queue.counts.running !== null || taking?.finished !== null || queue.throughputPerMinute !== null;
  if (taking === null || taking.waiting === null || !seen) return null;
  return secondsSince(taking.untakenSinceMs, nowMs);
}

function starved(
  taking: QueuePickup | null,
  queue: JobQueue,
  stalledSeconds: number | null,
  nowMs: number,
): number | null {
  if (stalledSeconds === null || queue.counts.queued === null) return null;
  const served = taking !== null && taking.finishedMs !== null && nowMs - taking.finishedMs < SERVED_WITHIN_MS;
  return served && queue.counts.queued > 0 ? stalledSeconds : 0;
}
