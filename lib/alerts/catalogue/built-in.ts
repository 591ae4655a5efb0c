import type { BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import type { Rule } from "@/lib/alerts/model/rule";
import { REGISTRY } from "@/lib/alerts/rules/registry";

/**
 * The rules of every installation. Thresholds are in the signal's own unit; `forMs` in milliseconds. A rule of the same
 * id in the file or made in the page replaces it (`rulesInForce`).
 */
export const BUILT_IN_RULES: readonly Rule[] = REGISTRY.map(evaluatedFields);

/** Only what the engine evaluates: a rule of the file has the same fields. */
function evaluatedFields({
  pack: _pack,
  line: _line,
  panel: _panel,
  mutes: _mutes,
  outage: _outage,
  remedy: _remedy,
  ...rule
}: BuiltInRule): Rule {
  return rule;
}
