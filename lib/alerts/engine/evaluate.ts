import type { Comparison, Rule, Severity } from "@/lib/alerts/model/rule";

/** One value compared with a rule. `between` is the hysteresis: not bad enough to fire, not good enough to clear. */
export type Evaluation = Severity | "between" | "clear";

/**
 * Compares one value with a rule's thresholds. `above` is bad from the threshold on (3 reconnects are "3 or more"),
 * `below` is bad under it (a `broker.up` of 1 is not below 1). Clearing mirrors this: under `clearAt` for `above`,
 * from `clearAt` on for `below`; a `clearAt` on the wrong side of the thresholds counts as the threshold itself.
 */
export function evaluate(rule: Rule, value: number): Evaluation {
  if (rule.critical !== null && reaches(rule.comparison, value, rule.critical)) return "critical";
  if (rule.warning !== null && reaches(rule.comparison, value, rule.warning)) return "warning";
  return reaches(rule.comparison, value, rule.clearAt ?? thresholdOf(rule, "warning")) ? "between" : "clear";
}

/** The threshold an alert of this severity crossed, in the signal's unit; the other one where only one is set. */
export function thresholdOf(rule: Rule, severity: Severity): number {
  const own = severity === "critical" ? (rule.critical ?? rule.warning) : (rule.warning ?? rule.critical);
  return own ?? Number.NaN;
}

/**
 * Whether a critical alert has eased to a warning: at half of the way from the critical to the warning threshold.
 * A value that oscillates around the critical threshold would otherwise notify at every crossing.
 */
export function hasEased(rule: Rule, value: number): boolean {
  if (rule.warning === null || rule.critical === null) return false;
  return !reaches(rule.comparison, value, (rule.warning + rule.critical) / 2);
}

/** Whether a value is as bad as a threshold. */
export const reaches = (comparison: Comparison, value: number, threshold: number): boolean =>
  comparison === "above" ? value >= threshold : value < threshold;
