import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { backlogRemedy, ofSource } from "@/lib/alerts/model/remedies";

/** A worker that polls every 30 s has polled ten times by then; Kyoo's worker wakes only on a NOTIFY. */
export const jobsNotTaken = {
  ...BUILT_IN,
  id: "jobs-not-taken",
  signal: "jobs.untaken",
  warning: 300,
  critical: 600,
  inferred: true,
  pack: "work",
  line: { family: "jobs", word: "stuck", place: 180 },
  remedy: ofSource(({ kind, leader }) =>
    kind === "kyoo" && leader === "absent" ? "kyooLeaderless" : backlogRemedy(kind, "not-taken"),
  ),
} as const satisfies BuiltInRule;
