import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** Those in line try for the lock every 5 s: after a minute there is nobody in line. */
export const leaderAbsent = {
  ...BUILT_IN,
  id: "leader-absent",
  signal: "jobs.leader.absent",
  critical: 60,
  pack: "kyoo",
  line: { family: "application", word: "absent", place: 170 },
  remedy: ofSource(({ kind }) => (kind === "kyoo" ? "kyooLeaderless" : null)),
} as const satisfies BuiltInRule;
