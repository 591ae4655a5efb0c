import { z } from "zod";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import type { Condition } from "@/lib/alerts/model/condition";
import type { Rule } from "@/lib/alerts/model/rule";
import { type RuleFault, ruleFaults } from "@/lib/alerts/model/rule-faults";
import { duration } from "@/lib/config/duration";

/** Half an hour of a backlog shows a trend; five minutes may show only a batch. */
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
  .transform((input): Condition => {
    if (input === "absent") return { kind: "absent" };
    if ("rate" in input) return { kind: "rate", overMs: input.rate };
    return { kind: "forecast", withinMs: input.forecast.within, overMs: input.forecast.over };
  });

/** Labels with their exact values, or matchers in the syntax of Alertmanager. */
const FileMatch = z.union([z.record(z.string(), z.string()), z.string(), z.array(z.string())], {
  error: "labels such as { source: bitmagnet }, or matchers such as ['queue=~\"orders.*\"']",
});

const ruleSettings = (id: z.ZodType<string>) =>
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

type RuleSettings = z.infer<ReturnType<typeof ruleSettings>>;

/** A rule of the file. Its `path` is set by readConfig, which knows the name of the file. */
export const fileRule = ({ id }: { readonly id: z.ZodType<string> }) =>
  ruleSettings(id).transform((settings, context): Rule => {
    const rule = ruleFromSettings(settings);
    const add = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    for (const { at, message } of parsedMatchers(settings.match).faults) add(matchPath(settings.match, at), message);
    for (const fault of ruleFaults(rule)) add(pathOf(fault, settings, rule), fault.message);
    return rule;
  });

const parsedMatchers = (match: RuleSettings["match"]) => parseMatchers(typeof match === "string" ? [match] : match);

const ruleFromSettings = (settings: RuleSettings): Rule => ({
  id: settings.id,
  signal: settings.signal,
  match: parsedMatchers(settings.match).matchers,
  condition: settings.condition ?? { kind: "value" },
  comparison: settings.comparison,
  warning: settings.warning,
  critical: settings.critical,
  forMs: settings.for,
  keepFiringMs: settings.keepFiringFor,
  clearAt: settings.comparison === "above" ? settings.clearBelow : settings.clearAbove,
  enabled: settings.enabled,
  inferred: settings.condition?.kind === "forecast",
  origin: "file",
  path: null,
});

/** The path of a fault. A rule without thresholds lacks no single setting, so its path is that of the rule. */
function pathOf({ field, at }: RuleFault, settings: RuleSettings, rule: Rule): readonly (string | number)[] {
  if (field === "warning") return [];
  if (field === "keepFiring") return ["keepFiringFor"];
  if (field !== "match" || at === undefined) return [field];
  // One text may hold several matchers, so their indices do not match those of the list.
  const label = rule.match[at]?.label;
  return typeof settings.match === "object" && !Array.isArray(settings.match) && label !== undefined
    ? ["match", label]
    : ["match"];
}

function matchPath(match: RuleSettings["match"], at: number): readonly (string | number)[] {
  if (typeof match === "string") return ["match"];
  return Array.isArray(match) ? ["match", at] : ["match", Object.keys(match)[at] ?? ""];
}
