import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** Standby scanners try to get the lock every 5 s: after a minute without a holder there is no standby either. */
export const leaderAbsent = {
  ...BUILT_IN,
  id: "leader-absent",
  signal: "jobs.leader.absent",
  critical: 60,
  pack: "kyoo",
  outage: "partial",
  line: { family: "application", word: "absent", place: 170 },
  remedy: ofSource(({ kind }) => (kind === "kyoo" ? "kyooLeaderless" : null)),
} as const satisfies BuiltInRule;
