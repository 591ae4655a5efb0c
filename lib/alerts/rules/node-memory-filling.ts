import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** Half an hour is time to find the queue that grows; ten minutes are time to stop a publisher before all are blocked. */
export const nodeMemoryFilling = {
  ...BUILT_IN,
  id: "node-memory-filling",
  signal: "node.memory.alarm.in",
  comparison: "below",
  warning: 1800,
  critical: 600,
  clearAt: 3600,
  forMs: 5 * MINUTE,
  inferred: true,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
