import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** A hundred a second is a channel for each message. Each is a process with statistics of its own, and opening one takes a round trip. */
export const channelChurnHigh = {
  ...BUILT_IN,
  id: "channel-churn-high",
  signal: "broker.channels.opened",
  warning: 6000,
  clearAt: 3000,
  forMs: 10 * MINUTE,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
