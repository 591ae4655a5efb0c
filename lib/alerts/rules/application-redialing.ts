import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/**
 * The value is a duration, so no `for`. Warning after two polls of the shortest interval, 15 s: a broker that restarts
 * is back by then. RoadRunner gives up redialing after 60 s (redial_timeout): an answer that hangs for twice as long
 * does not recover by itself.
 */
export const applicationRedialing = {
  ...BUILT_IN,
  id: "application-redialing",
  signal: "application.redialing",
  warning: 30,
  critical: 120,
  inferred: true,
  pack: "roadrunner",
  outage: "partial",
  line: { family: "application", word: "stuck", place: 140 },
  remedy: ofSource(({ kind }) => (kind === "roadrunner" ? "roadrunnerRedialing" : null)),
} as const satisfies BuiltInRule;
