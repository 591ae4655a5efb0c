import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

export const runnerDeaf = {
  ...BUILT_IN,
  id: "runner-deaf",
  signal: "runner.deaf",
  warning: 1,
  inferred: true,
  pack: "peertube",
  line: { family: "runner", word: "deaf", place: 230 },
  remedy: ofSource(({ kind }) => (kind === "peertube" ? "peertubeDeaf" : null)),
} as const satisfies BuiltInRule;
