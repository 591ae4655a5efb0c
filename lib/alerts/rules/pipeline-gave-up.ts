import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** The time after which RoadRunner gives up (60 s), and a minute more. */
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
