import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/**
 * Longer than single messages of most work take, and half of the 30 minutes after which RabbitMQ closes the channel of a
 * consumer that acknowledges nothing. One delivery or acknowledgement within that time and the queue is not idle.
 */
export const queueConsumersIdle = {
  ...BUILT_IN,
  id: "queue-consumers-idle",
  signal: "queue.consumers.idle",
  warning: 1,
  forMs: 15 * MINUTE,
  pack: "rabbitmq",
  line: { family: "queue", word: "stuck", place: 86 },
  remedy: ({ unacked }) =>
    typeof unacked !== "number" ? null : unacked > 0 ? "queueConsumersFull" : "queueConsumersTakeNone",
} as const satisfies BuiltInRule;
