import { draftOf, type Field, type RuleDraft } from "@/components/rules/draft";
import type { RuleForm } from "@/lib/views/rules/schema";

/** A form field that changed, with both values as the form shows them; "" for an empty value. */
export interface FieldDifference {
  readonly field: Exclude<Field, "id">;
  readonly before: string;
  readonly after: string;
}

/** The fields in the order of the form. */
const FIELDS = [
  ...[
    "signal",
    "match",
    "kind",
    "over",
    "within",
    "comparison",
    "warning",
    "critical",
    "clear",
    "for",
    "keepFiringFor",
  ],
  "enabled",
] as const satisfies readonly FieldDifference["field"][];

/** The fields that differ between two versions of one rule. */
export function fieldDifferences(before: RuleForm, after: RuleForm): readonly FieldDifference[] {
  const [was, is] = [shownOf(draftOf(before)), shownOf(draftOf(after))];
  return FIELDS.flatMap((field) =>
    was[field] === is[field] ? [] : [{ field, before: String(was[field]), after: String(is[field]) }],
  );
}

/** Removes the durations of other condition kinds: the form keeps them, but they are not part of the rule. */
const shownOf = (draft: RuleDraft): RuleDraft => ({
  ...draft,
  over: draft.kind === "rate" || draft.kind === "forecast" ? draft.over : "",
  within: draft.kind === "forecast" ? draft.within : "",
});
