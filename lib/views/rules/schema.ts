import { z } from "zod";
import { RuleForm } from "@/lib/alerts/model/rule-form";
import { listOf } from "@/lib/views/list";
import { SeriesView } from "@/lib/views/series/schema";

export { RuleForm } from "@/lib/alerts/model/rule-form";

const text = z.string();

/** A rule as the page shows it: its form, where it comes from, and how many alerts of it stand now. */
export const RuleItem = RuleForm.extend({
  match: z.array(z.string()),
  /** Of the signal; a rate is per minute of it, an absence in seconds. */
  unit: SeriesView.shape.unit.nullable(),
  inferred: z.boolean(),
  origin: z.enum(["built-in", "file", "page"]),
  /** Where a rule of the file stands, such as `lastbeat.yaml: rules[3]`. */
  path: z.string().nullable(),
  /** What is known of a rule that ships, in English; null of one's own. */
  about: z.object({ title: text, summary: text, why: text, cause: text, next: text }).nullable(),
  firing: z.number(),
  pending: z.number(),
});
export type RuleItem = z.infer<typeof RuleItem>;
export const RulesView = listOf(RuleItem);

/** One change of a rule in the page, and the rule on either side of it. */
const RuleChangeView = z.object({
  atMs: z.number(),
  who: z.string(),
  what: z.enum(["made", "changed", "deleted"]),
  /** null: there was no rule of that id, or what it was is not stored any more. */
  before: RuleForm.nullable(),
  /** null: there was none afterwards, or an older version wrote it and it cannot be read. */
  after: RuleForm.nullable(),
});
export type RuleChangeView = z.infer<typeof RuleChangeView>;

/** One rule, and who changed it in the page, newest first. */
export const RulePage = RuleItem.extend({ changes: z.array(RuleChangeView) });
export type RulePage = z.infer<typeof RulePage>;

const LabelsView = z.record(z.string(), z.string());

/** What a rule would have said of a stored history, judged by the very fold that judges the present. */
export const BacktestView = z.object({
  signal: z.string(),
  unit: SeriesView.shape.unit,
  /** What was judged; later than asked for where that was longer than seven days. */
  fromMs: z.number(),
  toMs: z.number(),
  /** The usual distance of two rows that were judged. */
  stepMs: z.number(),
  /**
   * At most five lines, those that fired first, of at most 300 points: what the thresholds are compared with, so the
   * value itself, or the rate, the forecast or the seconds of absence.
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
  /** How often an alert would have fired, and how many sets of labels would have been firing. */
  count: z.object({ fired: z.number(), instances: z.number() }),
  limits: z.object({
    resolution: z.enum(["samples", "minutes", "sessions", "trouble"]),
    /** Instances that were read and judged, and those that were not. */
    instances: z.number(),
    instancesLeft: z.number(),
    seriesLeft: z.number(),
    periodsLeft: z.number(),
    notes: z.array(z.enum(["minutes", "trouble-minutes", "counted", "instances-left", "no-history", "span-cut"])),
  }),
  tookMs: z.number(),
});
export type BacktestView = z.infer<typeof BacktestView>;
