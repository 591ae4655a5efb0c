import type { Queue } from "@/lib/rabbitmq/api/broker";

/** These three identify a queue; the names may contain any character but NUL. */
export type QueueName = Pick<Queue, "broker" | "vhost" | "name">;

export const queueKey = (queue: QueueName): string => [queue.broker, queue.vhost, queue.name].join("\0");

/** Queues that have had consumers for the first time, and those among them that were deleted. */
export interface ConsumedChanges {
  readonly began: readonly QueueName[];
  readonly ended: readonly QueueName[];
}

/** Where a queue sends what expires or is rejected. `exchange: ""` is the default exchange. */
export interface DeadLettering {
  readonly exchange: string;
  /** null: each message has the routing key it was published with. */
  readonly routingKey: string | null;
}

/**
 * The dead-letter exchange in force, null without one. A queue's argument overrides its policy
 * (rabbit_amqqueue_process.erl, the same in 3.10 and 4.3).
 */
export function deadLettering(queue: Queue): DeadLettering | null {
  const exchange =
    text(queue.arguments["x-dead-letter-exchange"]) ?? text(queue.effectivePolicy["dead-letter-exchange"]);
  if (exchange === null) return null;
  const routingKey =
    text(queue.arguments["x-dead-letter-routing-key"]) ?? text(queue.effectivePolicy["dead-letter-routing-key"]);
  return { exchange, routingKey };
}

/** The queue's message time-to-live in force, ms: the smaller of argument and policy; null without one. */
export function messageTtlMs(queue: Queue): number | null {
  const both = [queue.arguments["x-message-ttl"], queue.effectivePolicy["message-ttl"]].filter(
    (value): value is number => typeof value === "number",
  );
  return both.length === 0 ? null : Math.min(...both);
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
