import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { backlogRemedy, ofSource } from "@/lib/alerts/model/remedies";

/** The value is a duration (how long due retries have not become fewer), so no `for`. */
export const retryNotDraining = {
  ...BUILT_IN,
  id: "retry-not-draining",
  signal: "jobs.retry.stalled",
  warning: 300,
  critical: 600,
  pack: "work",
  line: { family: "state", kind: "retry-backlog", word: "stuck", place: 200 },
  panel: "retry-backlog",
  remedy: ofSource(({ kind, cause }) => backlogRemedy(kind, cause)),
} as const satisfies BuiltInRule;
