import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** Statistics of queues lag by 5 s and polls by 15: a consumer that is only late is told by then. */
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
