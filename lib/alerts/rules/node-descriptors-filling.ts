import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** As for memory: half an hour to find the client that opens and does not close, ten minutes to stop it. */
export const nodeDescriptorsFilling = {
  ...BUILT_IN,
  id: "node-descriptors-filling",
  signal: "node.descriptors.full.in",
  comparison: "below",
  warning: 1800,
  critical: 600,
  clearAt: 3600,
  forMs: 5 * MINUTE,
  inferred: true,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
