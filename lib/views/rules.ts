import { z } from "zod";
import { RuleForm } from "@/lib/alerts/rule-form";
import { listOf } from "@/lib/views/list";
import { SeriesView } from "@/lib/views/series";

export { RuleForm } from "@/lib/alerts/rule-form";

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

/** One rule, and who changed it in the page, newest first. */
export const RulePage = RuleItem.extend({
  changes: z.array(z.object({ atMs: z.number(), who: z.string(), what: z.enum(["made", "changed", "deleted"]) })),
});
