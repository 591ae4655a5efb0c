import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/**
 * In ten minutes: single messages that cannot be processed are daily business, ten are a fault in a program or its data,
 * and a thousand are all that arrive. Resolved after ten minutes without any.
 */
export const queueDeadLetters = {
  ...BUILT_IN,
  id: "queue-dead-letters",
  signal: "queue.deadletter.arrived",
  warning: 10,
  critical: 1_000,
  clearAt: 1,
  pack: "rabbitmq",
  line: { family: "queue", word: "stuck", place: 88 },
} as const satisfies BuiltInRule;
