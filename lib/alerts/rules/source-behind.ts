import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/**
 * A standby that replays lags by seconds; a long query may delay it by `max_standby_streaming_delay`, 30 s.
 */
export const sourceBehind = {
  ...BUILT_IN,
  id: "source-behind",
  signal: "jobs.source.behind",
  warning: 60,
  critical: 600,
  forMs: MINUTE,
  pack: "work",
} as const satisfies BuiltInRule;
