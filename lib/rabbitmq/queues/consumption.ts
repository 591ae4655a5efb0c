import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { arrivedLately, consumedPerMinute, type QueueProgress } from "@/lib/rabbitmq/queues/progress";
import { isWaiting } from "@/lib/rabbitmq/queues/queue-health";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { waitsByDesign } from "@/lib/rabbitmq/queues/unattended";

/** Only a work queue is to be consumed: retry, delay and dead-letter queues hold messages by design, and so do others. */
const isToBeConsumed = (queue: RoledQueue): boolean => queue.role === "work" && !waitsByDesign(queue);

/** 1 while messages wait in a work queue without a consumer, 2 where it had consumers before; null: not measured. */
export function consumersMissing(queue: RoledQueue, hadConsumers: boolean): number | null {
  if (queue.ready === null || queue.consumers === null) return null;
  if (!isToBeConsumed(queue) || !isWaiting(queue)) return 0;
  return hadConsumers ? 2 : 1;
}

/**
 * 1 while messages wait and the consumers take none, 2 where they hold messages and acknowledge none either: as many as
 * their prefetch allows, since others would be delivered. `consumer_capacity` does not say so: at the prefetch it is 1
 * for a quorum queue of 3.10.8, 0 for one of 4.3.6 and 0.48 for a classic queue (measured). null: not measured.
 */
export function consumersIdle(queue: RoledQueue, progress: QueueProgress | undefined): number | null {
  if (queue.ready === null || queue.consumers === null) return null;
  if (!isToBeConsumed(queue) || queue.ready === 0) return 0;
  // Without a consumer the other signal goes on; this one has neither begun nor ended.
  if (queue.consumers === 0 || progress === undefined || progress.delivered === null) return null;
  if (progress.delivered > 0 || (progress.acked ?? 0) > 0) return 0;
  return (queue.unacked ?? 0) > 0 ? 2 : 1;
}

/** A message that waits for so long by an hour from now is late for most work. */
const WAIT_LONG_MS = 15 * MINUTE;
const WAIT_ENDLESS_MS = 2 * HOUR;

/**
 * Whether the backlog of a work queue grows and will not drain. 0: none, or it drains; 1: it stands, or grows so slowly that
 * nothing waits for long; 2: at this rate a message waits for a quarter of an hour by an hour from now; 3: for two hours.
 * null: not known yet.
 */
export function backlogState(queue: RoledQueue, progress: QueueProgress | undefined): number | null {
  const { ready, consumers } = queue;
  if (ready === null || consumers === null) return null;
  if (!isToBeConsumed(queue) || ready === 0) return 0;
  const perMinute = progress?.trend.perMinute ?? null;
  if (progress === undefined || perMinute === null) return null;
  if (perMinute < 0) return 0;
  const consumed = consumedPerMinute(progress);
  // That nobody consumes it is an alert of its own; it ends no other.
  if (perMinute === 0 || consumers === 0) return 1;
  if (consumed === null) return null;
  const waitMs = consumed === 0 ? Number.POSITIVE_INFINITY : ((ready + perMinute * 60) / consumed) * MINUTE;
  if (waitMs >= WAIT_ENDLESS_MS) return 3;
  return waitMs >= WAIT_LONG_MS ? 2 : 1;
}

/** Messages that arrived in a dead-letter queue within the last ten minutes; null: not known yet. */
export function deadLettersArrived(queue: RoledQueue, progress: QueueProgress | undefined): number | null {
  if (queue.role !== "dead-letter") return 0;
  return progress === undefined ? null : arrivedLately(progress);
}
