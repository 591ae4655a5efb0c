import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { DAY } from "@/lib/base/time/duration";

/** One is enough: a version that requires it does not start. A day, because an upgrade of a cluster leaves new flags disabled until its last node is done. */
export const featureFlagsDisabled = {
  ...BUILT_IN,
  id: "feature-flags-disabled",
  signal: "broker.features.disabled",
  warning: 1,
  forMs: DAY,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
