import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

export const pipelineBroken = {
  ...BUILT_IN,
  id: "pipeline-broken",
  signal: "application.broken",
  critical: 30,
  pack: "roadrunner",
  outage: "partial",
  line: { family: "application", word: "stuck", place: 130 },
  remedy: ofSource(({ kind }) => (kind === "roadrunner" ? "roadrunnerBroken" : null)),
} as const satisfies BuiltInRule;
