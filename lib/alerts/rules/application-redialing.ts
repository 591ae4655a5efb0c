import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/**
 * Durations again. Two polls of the least interval of 15 s: a broker that restarts is back by then. RoadRunner gives a
 * redial up after 60 s (redial_timeout): what holds the answer for twice that will not let it go by itself.
 */
export const applicationRedialing = {
  ...BUILT_IN,
  id: "application-redialing",
  signal: "application.redialing",
  warning: 30,
  critical: 120,
  inferred: true,
  pack: "roadrunner",
  line: { family: "application", word: "stuck", place: 140 },
  remedy: ofSource(({ kind }) => (kind === "roadrunner" ? "roadrunnerRedialing" : null)),
} as const satisfies BuiltInRule;
