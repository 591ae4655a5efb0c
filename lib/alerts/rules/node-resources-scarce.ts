import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** At four fifths one deployment that connects twice reaches the limit; at 95 % single clients do. Restarting clients hold twice as many connections for a minute or two. */
export const nodeResourcesScarce = {
  ...BUILT_IN,
  id: "node-resources-scarce",
  signal: "node.resources.used",
  warning: 80,
  critical: 95,
  clearAt: 75,
  forMs: 5 * MINUTE,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
