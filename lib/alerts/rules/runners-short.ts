import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

export const runnersShort = {
  ...BUILT_IN,
  id: "runners-short",
  signal: "runners.short",
  warning: 1,
  forMs: 2 * MINUTE,
  pack: "work",
  line: { family: "runners", word: "missing", place: 220 },
} as const satisfies BuiltInRule;
