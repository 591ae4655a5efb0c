import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** RabbitMQ closes the channel after `consumer_timeout`, 30 min by default: critical at four fifths of it. */
export const clientUnackedPinned = {
  ...BUILT_IN,
  id: "client-unacked-pinned",
  signal: "client.unacked.pinned",
  warning: 600,
  critical: 1_440,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-pinned", word: "stuck", place: 70 },
} as const satisfies BuiltInRule;
