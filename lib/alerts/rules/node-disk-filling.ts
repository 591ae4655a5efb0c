import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** Disks fill over hours, and making room takes a person one: the warning comes four hours ahead, which leaves the night to nobody. */
export const nodeDiskFilling = {
  ...BUILT_IN,
  id: "node-disk-filling",
  signal: "node.disk.alarm.in",
  comparison: "below",
  warning: 14_400,
  critical: 3600,
  clearAt: 21600,
  forMs: 10 * MINUTE,
  inferred: true,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
