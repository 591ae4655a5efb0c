import { MINUTE } from "@/lib/base/time/duration";
import { followSince, secondsSince } from "@/lib/base/time/elapsed";
import type { JobQueue } from "@/lib/sources/jobs/job";
import type { Rollbacks } from "@/lib/sources/jobs/rollbacks";

/** Whether a worker processes a queue, as far as its table shows. Instants are epoch ms. */
interface QueuePickup {
  /** The last poll that saw jobs finish; null: none so far. */
  readonly finishedMs: number | null;
  /** Since when jobs have been waiting while none ran, none finished and none was picked up. */
  readonly idleSinceMs: number | null;
  readonly waiting: number | null;
  readonly finished: number | null;
}

/** By queue of one source. */
export type PickupMemory = ReadonlyMap<string, QueuePickup>;

/** The jobs of a queue that could run now: fresh jobs and due retries; null if neither is counted. */
export function waitingIn({ counts, retry }: Pick<JobQueue, "counts" | "retry">): number | null {
  if (counts.queued === null && retry.due === null) return null;
  return (counts.queued ?? 0) + (retry.due ?? 0);
}

/** Rows that are neither finished nor running: what a worker has to scan when it picks a job. null if not counted. */
export function openRows({ counts, retry }: Pick<JobQueue, "counts" | "retry">): number | null {
  const waiting = waitingIn({ counts, retry });
  return waiting === null ? null : waiting + (retry.later ?? 0) + (counts.scheduled ?? 0);
}

export interface Pickup {
  /** Seconds for which jobs have been waiting and none was picked up; 0 while jobs are picked up; null if unknown. */
  readonly untakenSeconds: number | null;
  /** Seconds for which due retries have not decreased while fresh jobs of the same queue were processed. */
  readonly starvedSeconds: number | null;
}

// If no job of this queue finished within this time, starvation is not reported: nothing is processed at all.
const SERVED_WITHIN_MS = 5 * MINUTE;

export interface PickupEvidence {
  /** How long due retries have not decreased (`followStalled`), in seconds. */
  readonly stalled: (queue: JobQueue) => number | null;
  /** Of the updates of the table; null: not measured. */
  readonly rollbacks: Rollbacks | null;
}

/**
 * Tracks, poll by poll, whether waiting jobs are picked up: a running job, a finished job, or a decrease of the waiting
 * ones each prove that a worker is active, and so do updates of the table that are rolled back: each is an attempt.
 */
export function followPickup(
  before: PickupMemory,
  queues: readonly JobQueue[],
  { stalled, rollbacks }: PickupEvidence,
  nowMs: number,
): { readonly after: PickupMemory; readonly pickups: ReadonlyMap<string, Pickup> } {
  const after = new Map(
    queues.map((queue) => [queue.queue, step(before.get(queue.queue) ?? null, queue, isLooping(rollbacks), nowMs)]),
  );
  const pickups = queues.map((queue): [string, Pickup] => {
    const pickup = after.get(queue.queue) ?? null;
    return [
      queue.queue,
      {
        untakenSeconds: idleSeconds(pickup, queue, nowMs),
        starvedSeconds: starvedSeconds(pickup, queue, stalled(queue), nowMs),
      },
    ];
  });
  return { after, pickups: new Map(pickups) };
}

const isLooping = (rollbacks: Rollbacks | null): boolean => (rollbacks?.loopSeconds ?? 0) > 0;

function step(before: QueuePickup | null, queue: JobQueue, attempted: boolean, nowMs: number): QueuePickup {
  const waiting = waitingIn(queue);
  const { done, failed } = queue.counts;
  const finished = done === null && failed === null ? null : (done ?? 0) + (failed ?? 0);
  const grew = before !== null && rose(before.finished, finished);
  const finishedMs = grew || (queue.throughputPerMinute ?? 0) > 0 ? nowMs : (before?.finishedMs ?? null);
  const active = attempted || finishedMs === nowMs || hasRunningJobs(queue) || rose(waiting, before?.waiting ?? null);
  const idle = !active && waiting !== null && waiting > 0 && !isScheduled(queue);
  return { finishedMs, idleSinceMs: followSince(before?.idleSinceMs ?? null, idle, nowMs), waiting, finished };
}

/** A stuck row proves no worker: it remains when a worker dies. */
const hasRunningJobs = ({ counts, stuck }: JobQueue): boolean => (counts.running ?? 0) > (stuck ?? 0);

const rose = (from: number | null, to: number | null): boolean => from !== null && to !== null && to > from;

/** Exact counts and no due job: all queued jobs are scheduled for later. */
const isScheduled = (queue: JobQueue): boolean => queue.oldestDueSeconds === null && queue.countsAre === "exact";

function idleSeconds(pickup: QueuePickup | null, queue: JobQueue, nowMs: number): number | null {
  // If neither running nor finished jobs are measured, nothing can prove that no worker is active.
  const measured = queue.counts.running !== null || pickup?.finished !== null || queue.throughputPerMinute !== null;
  if (pickup === null || pickup.waiting === null || !measured) return null;
  return secondsSince(pickup.idleSinceMs, nowMs);
}

function starvedSeconds(
  pickup: QueuePickup | null,
  queue: JobQueue,
  stalledSeconds: number | null,
  nowMs: number,
): number | null {
  if (stalledSeconds === null || queue.counts.queued === null) return null;
  const served = pickup !== null && pickup.finishedMs !== null && nowMs - pickup.finishedMs < SERVED_WITHIN_MS;
  return served && queue.counts.queued > 0 ? stalledSeconds : 0;
}
