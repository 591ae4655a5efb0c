import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/**
 * A deployment replaces the consumers of a queue within a minute or two, and many libraries wait up to a minute between
 * attempts to reconnect. Critical only where the queue had consumers: others may be meant to hold messages.
 */
export const queueWithoutConsumer = {
  ...BUILT_IN,
  id: "queue-without-consumer",
  signal: "queue.consumers.missing",
  warning: 1,
  critical: 2,
  forMs: 5 * MINUTE,
  pack: "rabbitmq",
  line: { family: "queue", word: "stuck", place: 85 },
  remedy: ({ hadConsumers }) => (hadConsumers === 1 ? "queueConsumersGone" : "queueNeverConsumed"),
} as const satisfies BuiltInRule;
