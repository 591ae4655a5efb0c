import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { backlogRemedy, ofSource } from "@/lib/alerts/model/remedies";
import { MINUTE } from "@/lib/base/time/duration";

/** Retries fall due in batches: five minutes are longer than one batch takes. */
export const retryBacklog = {
  ...BUILT_IN,
  id: "retry-backlog",
  signal: "jobs.retry.due",
  warning: 100,
  critical: 10_000,
  forMs: 5 * MINUTE,
  clearAt: 50,
  pack: "work",
  line: { family: "state", kind: "retry-backlog", word: "stuck", place: 200 },
  panel: "retry-backlog",
  remedy: ofSource(({ kind, cause }) => backlogRemedy(kind, cause)),
} as const satisfies BuiltInRule;
