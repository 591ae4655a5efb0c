import "server-only";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { ruleDoc } from "@/lib/alerts/catalogue/docs";
import { mostSpecificFirst, ruleFor } from "@/lib/alerts/engine/rules-in-force";
import { matcherText } from "@/lib/alerts/matchers/matcher";
import type { Rule } from "@/lib/alerts/model/rule";
import { formFromRule } from "@/lib/alerts/model/rule-form";
import { Refused } from "@/lib/base/errors/refused";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Runtime } from "@/lib/collector/runtime";
import { openAlerts } from "@/lib/collector/tick/scope-state";
import { listRuleChanges } from "@/lib/storage/alerts/rules";
import type { RuleView } from "@/lib/views/alerts/schema";
import { ruleHistory } from "@/lib/views/rules/history";
import type { RuleItem, RulePage } from "@/lib/views/rules/schema";

/** Charts draw the thresholds of enabled rules on the value itself. */
export const drawsThreshold = (rule: Rule): boolean => rule.enabled && rule.condition.kind === "value";

export const thresholdView = (rule: Rule): RuleView => ({
  id: rule.id,
  signal: rule.signal,
  match: rule.match.map(matcherText),
  comparison: rule.comparison,
  warning: rule.warning,
  critical: rule.critical,
  forMs: rule.forMs,
  clearAt: rule.clearAt,
  inferred: rule.inferred,
  origin: rule.origin,
});

type RulesContext = Pick<Runtime, "rules" | "scopes">;

/** The rules in force with the number of their open alerts. */
export function readRules(live: RulesContext): readonly RuleItem[] {
  const open = openAlerts(live.scopes);
  const specificFirst = mostSpecificFirst(live.rules);
  const byRule = Map.groupBy(open, ({ rule, labels }) => ruleFor(specificFirst, rule, labels));
  return live.rules.map((rule) => {
    const alerts = byRule.get(rule) ?? [];
    const count = (state: "firing" | "pending") => alerts.filter((alert) => alert.state === state).length;
    const firingCritical = alerts.filter(({ state, severity }) => state === "firing" && severity === "critical").length;
    return { ...itemOf(rule), firing: count("firing"), firingCritical, pending: count("pending") };
  });
}

const itemOf = (rule: Rule): Omit<RuleItem, "firing" | "firingCritical" | "pending"> => ({
  ...formFromRule(rule),
  unit: signalNamed(rule.signal)?.unit ?? null,
  inferred: rule.inferred,
  origin: rule.origin,
  path: rule.path,
  about: ruleDoc(rule.id),
});

/** The rule in force of an id. Refuses with 404 if there is none. */
export function requireRule({ rules }: Pick<Runtime, "rules">, id: string): Rule {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Refused(404, "Not found", "no rule of that id");
  return rule;
}

/** One rule with the history of its changes. */
export async function readRule(live: RulesContext & Pick<Runtime, "database">, id: string): Promise<RulePage> {
  const item = readRules(live).find((rule) => rule.id === id);
  const changes = await listRuleChanges(live.database.db, id);
  if (item === undefined) throw new Refused(404, "Not found", "no rule of that id");
  const builtIn = BUILT_IN_RULES.find((rule) => rule.id === id);
  return { ...item, changes: ruleHistory(changes, builtIn === undefined ? null : formFromRule(builtIn)) };
}
