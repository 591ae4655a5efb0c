import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";
import { MINUTE } from "@/lib/base/time/duration";

/** A deployment replaces its workers within a minute or two. */
export const runnerMissing = {
  ...BUILT_IN,
  id: "runner-missing",
  signal: "runner.missing",
  warning: 1,
  forMs: 2 * MINUTE,
  pack: "work",
  line: { family: "runner", word: "missing", place: 210 },
  remedy: ofSource(({ kind }) => (kind === "peertube" ? "peertubeMissing" : "runnerMissing")),
} as const satisfies BuiltInRule;
