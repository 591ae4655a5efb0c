import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { backlogRemedy, ofSource } from "@/lib/alerts/model/remedies";

/** Critical after half the time of a stalled backlog without a known cause: no retry of it can ever be stored. */
export const retryConflictLoop = {
  ...BUILT_IN,
  id: "retry-conflict-loop",
  signal: "jobs.conflict.loop",
  critical: 300,
  inferred: true,
  pack: "bitmagnet",
  line: { family: "jobs", word: "stuck", place: 160 },
  remedy: ofSource(({ kind }) => backlogRemedy(kind, "conflict")),
} as const satisfies BuiltInRule;
