import { unchangedSince } from "@/lib/base/time/elapsed";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import { messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";

/** How long one message has been first in a queue from which messages expire. */
export interface HeadOfQueue {
  /** Its publisher's timestamp, Unix seconds; distinguishes one message from the next. */
  readonly timestampSeconds: number;
  readonly ready: number;
  readonly sinceMs: number;
}

/**
 * Follows since when the same message has been first in each queue with a time-to-live. A message that is retried
 * returns with its old timestamp, so fewer messages, or deliveries from any queue it feeds, restart the time.
 */
export function followHeadsOfQueue(
  before: ReadonlyMap<string, HeadOfQueue>,
  queues: readonly Queue[],
  targetsOf: (key: string) => readonly Queue[],
  nowMs: number,
): ReadonlyMap<string, HeadOfQueue> {
  const heads = new Map<string, HeadOfQueue>();
  for (const queue of queues) {
    const { ready, headMessageTimestampSeconds: timestampSeconds } = queue;
    if (messageTtlMs(queue) === null || timestampSeconds === null || ready === null || ready === 0) continue;
    const key = queueKey(queue);
    const known = before.get(key);
    const delivers = targetsOf(key).some((target) => (target.rates.deliver ?? 0) > 0);
    const same = known?.timestampSeconds === timestampSeconds && ready >= known.ready && !delivers;
    heads.set(key, { timestampSeconds, ready, sinceMs: unchangedSince(known?.sinceMs ?? null, same, nowMs) });
  }
  return heads;
}
