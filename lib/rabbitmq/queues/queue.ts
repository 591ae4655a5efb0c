/** A queue as the management API describes it. null is "not told", never 0: RabbitMQ leaves out what it does not know. */
export interface Queue {
  readonly broker: string;
  readonly vhost: string;
  readonly name: string;
  /** classic, quorum, stream. */
  readonly type: string | null;
  readonly state: string | null;
  readonly durable: boolean | null;
  readonly exclusive: boolean | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** `effective_policy_definition`: user and operator policy merged, without the queue's own arguments. */
  readonly effectivePolicy: Readonly<Record<string, unknown>>;
  readonly ready: number | null;
  readonly unacked: number | null;
  readonly consumers: number | null;
  /**
   * Messages a quorum queue of RabbitMQ 4.3 holds back before it tries them again, not among the ready ones
   * (`messages_delayed`; rabbit_fifo.erl of 4.3.5, messages_ready_plus_delayed). null: older, or no quorum queue.
   */
  readonly delayed: number | null;
  /** Messages per second. */
  readonly rates: {
    readonly publish: number | null;
    readonly deliver: number | null;
    readonly ack: number | null;
  };
  /** The publisher's own timestamp of the head message, Unix seconds; absent for quorum queues and streams. */
  readonly headMessageTimestampSeconds: number | null;
}

export type QueueRole = "work" | "retry" | "dead-letter" | "delay";

/** One queue is known by these three; the names may hold any character but NUL. */
export const queueKey = (queue: Pick<Queue, "broker" | "vhost" | "name">): string =>
  [queue.broker, queue.vhost, queue.name].join("\0");

/** Where a queue sends what expires or is rejected. `exchange: ""` is the default exchange. */
export interface DeadLettering {
  readonly exchange: string;
  /** null: each message keeps the routing key it was published with. */
  readonly routingKey: string | null;
}

/**
 * The dead-letter exchange in force, null without one. A queue's argument beats its policy
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
