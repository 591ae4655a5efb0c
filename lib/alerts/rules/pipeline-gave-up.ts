import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** The give-up time of RoadRunner (60 s) and a minute on. */
export const pipelineGaveUp = {
  ...BUILT_IN,
  id: "pipeline-gave-up",
  signal: "pipeline.disconnected",
  critical: 120,
  inferred: true,
  pack: "roadrunner",
  line: { family: "application", word: "lost", place: 120 },
  remedy: ofSource(({ kind }) => (kind === "roadrunner" ? "roadrunnerGaveUp" : null)),
} as const satisfies BuiltInRule;
