import type { RuleForm } from "@/lib/alerts/model/rule-form";
import type { RuleChangeView } from "@/lib/views/rules/schema";

/** A stored change: the rule that was saved or deleted. */
type Change = Pick<RuleChangeView, "atMs" | "who" | "what"> & { readonly form: RuleForm | null };

/**
 * The changes of one rule, newest first, each with the rule before and after it. Before a rule was created and after it
 * was deleted, the built-in rule of its id was in force, if there is one.
 */
export const ruleHistory = (changes: readonly Change[], builtIn: RuleForm | null): RuleChangeView[] =>
  changes.map(({ atMs, who, what, form }, index) => {
    const change = { atMs, who, what };
    switch (what) {
      case "made":
        return { ...change, before: builtIn, after: form };
      case "changed":
        return { ...change, before: changes[index + 1]?.form ?? null, after: form };
      case "deleted":
        return { ...change, before: form, after: builtIn };
      default:
        return what satisfies never;
    }
  });
