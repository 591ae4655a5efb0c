import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

export const runnerSilent = {
  ...BUILT_IN,
  id: "runner-silent",
  signal: "runner.silent",
  critical: 1,
  pack: "work",
  line: { family: "state", kind: "runner-silent", word: "silent", place: 90 },
  panel: "runner-last-contact",
  remedy: ofSource(({ kind }) => (kind === "peertube" ? "peertubeSilent" : "runnerSilent")),
} as const satisfies BuiltInRule;
