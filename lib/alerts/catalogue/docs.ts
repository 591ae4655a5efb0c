import { isBuiltIn } from "@/lib/alerts/catalogue/catalogue";
import { RULE_TEXTS } from "@/lib/alerts/rules/registry";
import type { RuleDoc } from "@/lib/base/messages/rule-texts";

/** The English documentation of a built-in rule; null for a rule of one's own. */
export function ruleDoc(id: string): RuleDoc | null {
  if (!isBuiltIn(id)) return null;
  const { title, summary, why, cause, next } = RULE_TEXTS[id].en;
  return { title, summary, why, cause, next };
}
