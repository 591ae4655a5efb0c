import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** Ten a second: a handshake, a few processes and two log lines each, which are 1.7 million lines a day. A deployment that reconnects everything is over within ten minutes. */
export const connectionChurnHigh = {
  ...BUILT_IN,
  id: "connection-churn-high",
  signal: "broker.opened",
  warning: 600,
  clearAt: 300,
  forMs: 10 * MINUTE,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
