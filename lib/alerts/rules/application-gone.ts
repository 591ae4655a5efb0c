import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/**
 * Critical within a minute: polled every 15 s, the third poll without a connection. A restart of the application that takes
 * less raises nothing. RoadRunner exits when a pipeline can neither redial nor be built anew (2024.2 and later).
 */
export const applicationGone = {
  ...BUILT_IN,
  id: "application-gone",
  signal: "application.gone",
  critical: 30,
  inferred: true,
  pack: "work",
  line: { family: "application", word: "lost", place: 115 },
  mutes: [{ target: 'rule="source-unreachable"', equal: ["source"] }],
  remedy: ofSource(({ kind }) =>
    kind === "roadrunner" ? "roadrunnerGone" : kind === "faststream" ? "faststreamGone" : null,
  ),
} as const satisfies BuiltInRule;
