import type { RuleForm } from "@/lib/alerts/model/rule-form";
import type { RuleChangeView } from "@/lib/views/rules/schema";

/** A change as it is stored: the rule that was written, or that was deleted. */
type Change = Pick<RuleChangeView, "atMs" | "who" | "what"> & { readonly form: RuleForm | null };

/**
 * Changes of one rule, newest first, each with what stood before it and after it. Before it was made, and after it was
 * deleted, the built-in rule of its id stood, where there is one.
 */
export const ruleHistory = (changes: readonly Change[], builtIn: RuleForm | null): RuleChangeView[] =>
  changes.map(({ atMs, who, what, form }, at) => {
    const told = { atMs, who, what };
    switch (what) {
      case "made":
        return { ...told, before: builtIn, after: form };
      case "changed":
        return { ...told, before: changes[at + 1]?.form ?? null, after: form };
      case "deleted":
        return { ...told, before: form, after: builtIn };
      default:
        return what satisfies never;
    }
  });
