import { draftOf, type Field, type RuleDraft } from "@/components/rules/draft";
import type { RuleForm } from "@/lib/views/rules/schema";

/** A field of the form that is another one than before, with the texts it shows; "" where it is empty. */
export interface FieldDifference {
  readonly field: Exclude<Field, "id">;
  readonly before: string;
  readonly after: string;
}

/** The fields as the form has them, from top to bottom. */
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

/** What is different between two states of one rule. */
export function fieldDifferences(before: RuleForm, after: RuleForm): readonly FieldDifference[] {
  const [was, is] = [shownOf(draftOf(before)), shownOf(draftOf(after))];
  return FIELDS.flatMap((field) =>
    was[field] === is[field] ? [] : [{ field, before: String(was[field]), after: String(is[field]) }],
  );
}

/** A form keeps times for conditions that the rule has not; they are no part of it. */
const shownOf = (draft: RuleDraft): RuleDraft => ({
  ...draft,
  over: draft.kind === "rate" || draft.kind === "forecast" ? draft.over : "",
  within: draft.kind === "forecast" ? draft.within : "",
});
