import { z } from "zod";
import { RuleForm } from "@/lib/alerts/model/rule-form";
import { listOf } from "@/lib/views/list";
import { SeriesView } from "@/lib/views/series/schema";

export { RuleForm } from "@/lib/alerts/model/rule-form";

const text = z.string();

/** A rule of the API: its form, its origin, and the number of its open alerts. */
export const RuleItem = RuleForm.extend({
  match: z.array(z.string()),
  /** The unit of the signal; a rate is per minute, an absence in seconds. */
  unit: SeriesView.shape.unit.nullable(),
  inferred: z.boolean(),
  origin: z.enum(["built-in", "file", "page"]),
  /** The place of a rule in the file, such as `lastbeat.yaml: rules[3]`. */
  path: z.string().nullable(),
  /** The documentation of a built-in rule, in English; null for other rules. */
  about: z.object({ title: text, summary: text, why: text, cause: text, next: text }).nullable(),
  firing: z.number(),
  /** How many of the firing ones are critical. */
  firingCritical: z.number(),
  pending: z.number(),
});
export type RuleItem = z.infer<typeof RuleItem>;
export const RulesView = listOf(RuleItem).extend({
  /** Rules made in the page that are not in force, because this version cannot evaluate them. */
  off: z.array(z.object({ id: text, because: text })),
});
export type RulesView = z.infer<typeof RulesView>;

/** One change of a page rule, with the rule before and after it. */
const RuleChangeView = z.object({
  atMs: z.number(),
  who: z.string(),
  what: z.enum(["made", "changed", "deleted"]),
  /** null if there was no rule of that id, or if it is no longer stored. */
  before: RuleForm.nullable(),
  /** null if there was none afterwards, or if an older version wrote it and it cannot be read. */
  after: RuleForm.nullable(),
});
export type RuleChangeView = z.infer<typeof RuleChangeView>;

/** One rule with its changes, newest first. */
export const RulePage = RuleItem.extend({ changes: z.array(RuleChangeView) });
export type RulePage = z.infer<typeof RulePage>;

const LabelsView = z.record(z.string(), z.string());

/** The result of a rule on stored history, evaluated by the same function as the present. */
export const BacktestView = z.object({
  signal: z.string(),
  unit: SeriesView.shape.unit,
  /** The evaluated span; it begins later than requested if that was more than seven days. */
  fromMs: z.number(),
  toMs: z.number(),
  /** The usual distance of two evaluated rows. */
  stepMs: z.number(),
  /**
   * At most five series of at most 300 points, firing ones first: what the thresholds are compared with, which is the
   * value itself, the rate, the forecast or the seconds of absence.
   */
  series: z.array(z.object({ labels: LabelsView, points: z.array(z.tuple([z.number(), z.number().nullable()])) })),
  periods: z.array(
    z.object({
      labels: LabelsView,
      severity: z.enum(["warning", "critical"]),
      state: z.enum(["pending", "firing"]),
      fromMs: z.number(),
      toMs: z.number(),
    }),
  ),
  /** How often an alert would have fired, and for how many instances. */
  count: z.object({ fired: z.number(), instances: z.number() }),
  limits: z.object({
    resolution: z.enum(["samples", "minutes", "sessions", "trouble"]),
    /** Instances that were evaluated, and those that were not. */
    instances: z.number(),
    instancesLeft: z.number(),
    seriesLeft: z.number(),
    periodsLeft: z.number(),
    notes: z.array(z.enum(["minutes", "trouble-minutes", "counted", "instances-left", "no-history", "span-cut"])),
  }),
  tookMs: z.number(),
});
export type BacktestView = z.infer<typeof BacktestView>;
