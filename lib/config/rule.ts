import { z } from "zod";
import { parseMatchers } from "@/lib/alerts/matchers/matcher";
import type { Condition } from "@/lib/alerts/model/condition";
import type { Rule } from "@/lib/alerts/model/rule";
import { type RuleFault, ruleFaults } from "@/lib/alerts/model/rule-faults";
import { duration } from "@/lib/config/duration";

/** Half an hour of a backlog is a trend, and five minutes of it are a batch. */
const FORECAST_OVER = "30m";

const FileCondition = z
  .union(
    [
      z.literal("absent"),
      z.strictObject({ rate: duration }),
      z.strictObject({ forecast: z.strictObject({ within: duration, over: duration.prefault(FORECAST_OVER) }) }),
    ],
    { error: "absent, { rate: 5m } or { forecast: { within: 4h, over: 30m } }; without it the value itself" },
  )
  .transform((given): Condition => {
    if (given === "absent") return { kind: "absent" };
    if ("rate" in given) return { kind: "rate", overMs: given.rate };
    return { kind: "forecast", withinMs: given.forecast.within, overMs: given.forecast.over };
  });

/** Labels and the exact values they must have, or matchers in Alertmanager's forms. */
const FileMatch = z.union([z.record(z.string(), z.string()), z.string(), z.array(z.string())], {
  error: "labels such as { source: bitmagnet }, or matchers such as ['queue=~\"orders.*\"']",
});

const settings = (id: z.ZodType<string>) =>
  z.strictObject({
    id,
    signal: z.string(),
    match: FileMatch.default({}),
    condition: FileCondition.optional(),
    comparison: z.enum(["above", "below"]).default("above"),
    warning: z.number().nullable().default(null),
    critical: z.number().nullable().default(null),
    for: duration.default(0),
    keepFiringFor: duration.default(0),
    clearBelow: z.number().nullable().default(null),
    clearAbove: z.number().nullable().default(null),
    enabled: z.boolean().default(true),
  });

type Settings = z.infer<ReturnType<typeof settings>>;

/** A rule of the file; where it stands in it is for the reader of the file to say. */
export const fileRule = ({ id }: { readonly id: z.ZodType<string> }) =>
  settings(id).transform((given, context): Rule => {
    const rule = ruleOf(given);
    const add = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    for (const { at, message } of parsed(given.match).faults) add(matchPath(given.match, at), message);
    for (const fault of ruleFaults(rule)) add(pathOf(fault, given, rule), fault.message);
    return rule;
  });

const parsed = (match: Settings["match"]) => parseMatchers(typeof match === "string" ? [match] : match);

const ruleOf = (given: Settings): Rule => ({
  id: given.id,
  signal: given.signal,
  match: parsed(given.match).matchers,
  condition: given.condition ?? { kind: "value" },
  comparison: given.comparison,
  warning: given.warning,
  critical: given.critical,
  forMs: given.for,
  keepFiringMs: given.keepFiringFor,
  clearAt: given.comparison === "above" ? given.clearBelow : given.clearAbove,
  enabled: given.enabled,
  inferred: given.condition?.kind === "forecast",
  origin: "file",
  path: null,
});

/** A rule without thresholds lacks no single setting. */
function pathOf({ field, at }: RuleFault, given: Settings, rule: Rule): readonly (string | number)[] {
  if (field === "warning") return [];
  if (field === "keepFiring") return ["keepFiringFor"];
  if (field !== "match" || at === undefined) return [field];
  // One text may hold several matchers, so that the places differ.
  const label = rule.match[at]?.label;
  return typeof given.match === "object" && !Array.isArray(given.match) && label !== undefined
    ? ["match", label]
    : ["match"];
}

function matchPath(match: Settings["match"], at: number): readonly (string | number)[] {
  if (typeof match === "string") return ["match"];
  return Array.isArray(match) ? ["match", at] : ["match", Object.keys(match)[at] ?? ""];
}
