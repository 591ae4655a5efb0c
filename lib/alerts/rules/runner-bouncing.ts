import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

export const runnerBouncing = {
  ...BUILT_IN,
  id: "runner-bouncing",
  signal: "runner.bouncing",
  warning: 1,
  inferred: true,
  pack: "peertube",
  line: { family: "runner", word: "bouncing", place: 240 },
  remedy: ofSource(({ kind }) => (kind === "peertube" ? "peertubeBouncing" : null)),
} as const satisfies BuiltInRule;
