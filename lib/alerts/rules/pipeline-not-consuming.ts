import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** Queue statistics lag by up to 5 s and polls by up to 15 s: a consumer that registers late is visible by then. */
export const pipelineNotConsuming = {
  ...BUILT_IN,
  id: "pipeline-not-consuming",
  signal: "pipeline.unconsumed",
  critical: 60,
  inferred: true,
  pack: "roadrunner",
  line: { family: "application", word: "stuck", place: 110 },
  remedy: ofSource(({ kind }) => (kind === "roadrunner" ? "roadrunnerNotConsuming" : null)),
} as const satisfies BuiltInRule;
