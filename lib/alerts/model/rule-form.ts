import { z } from "zod";
import { type CompileMatcher, matcherText, readMatchers } from "@/lib/alerts/matchers/matcher";
import { conditionFromForm, conditionToForm, RuleCondition } from "@/lib/alerts/model/condition";
import type { Rule } from "@/lib/alerts/model/rule";
import { type RuleFault, ruleFaults } from "@/lib/alerts/model/rule-faults";
import { SECOND } from "@/lib/base/time/duration";

const seconds = z.number().nonnegative();

/** `readMatchers` bounds the matchers; this many texts are read at all. */
const TEXTS_MAX = 50;

/** A rule as the API takes it and as a rule made in the page is stored. Durations in seconds. */
export const RuleForm = z.object({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ - and at most 64 of them"),
  signal: z.string().max(100),
  match: z.array(z.string().max(1_000)).max(TEXTS_MAX).default([]),
  condition: RuleCondition.default({ kind: "value" }),
  comparison: z.enum(["above", "below"]).default("above"),
  warning: z.number().nullable().default(null),
  critical: z.number().nullable().default(null),
  forSeconds: seconds.default(0),
  keepFiringSeconds: seconds.default(0),
  clearAt: z.number().nullable().default(null),
  enabled: z.boolean().default(true),
});
export type RuleForm = z.infer<typeof RuleForm>;

/** What is wrong with one field of a form: `match[1]`, `condition`, `forSeconds`. */
export interface FormFault {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a form; its patterns, which only the server compiles, count as valid. */
export const formFaults = (form: RuleForm): readonly FormFault[] =>
  readForm(form, () => ({ ok: true, pattern: null })).faults;

/** The rule of a form, and everything that is wrong with it. A rule with faults must not be evaluated. */
export function readForm(
  form: RuleForm,
  compile: CompileMatcher,
): { readonly rule: Rule; readonly faults: readonly FormFault[] } {
  const { matchers, faults } = readMatchers(form.match, compile);
  const rule: Rule = {
    id: form.id,
    signal: form.signal,
    match: matchers,
    condition: conditionFromForm(form.condition),
    comparison: form.comparison,
    warning: form.warning,
    critical: form.critical,
    forMs: form.forSeconds * SECOND,
    keepFiringMs: form.keepFiringSeconds * SECOND,
    clearAt: form.clearAt,
    enabled: form.enabled,
    inferred: form.condition.kind === "forecast",
    origin: "page",
    path: null,
  };
  return {
    rule,
    faults: [
      ...faults.map(({ at, message }) => ({ path: `match[${at}]`, message })),
      ...ruleFaults(rule).map((fault) => ({ path: pathOf(fault, faults.length > 0), message: fault.message })),
    ],
  };
}

/** The form of a rule: built in, of the file, or made in the page. */
export const formFromRule = (rule: Rule): RuleForm => ({
  id: rule.id,
  signal: rule.signal,
  match: rule.match.map(matcherText),
  condition: conditionToForm(rule.condition),
  comparison: rule.comparison,
  warning: rule.warning,
  critical: rule.critical,
  forSeconds: rule.forMs / SECOND,
  keepFiringSeconds: rule.keepFiringMs / SECOND,
  clearAt: rule.clearAt,
  enabled: rule.enabled,
});

/** The places of matchers are known only where every text could be read. */
function pathOf({ field, at }: RuleFault, unread: boolean): string {
  if (field === "for") return "forSeconds";
  if (field === "keepFiring") return "keepFiringSeconds";
  return field === "match" && at !== undefined && !unread ? `match[${at}]` : field;
}
