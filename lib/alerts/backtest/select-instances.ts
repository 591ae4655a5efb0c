import { reaches } from "@/lib/alerts/engine/evaluate";
import type { Rule } from "@/lib/alerts/model/rule";

/** What decides whether an instance can have fired. */
export type RuleThresholds = Pick<Rule, "condition" | "comparison" | "warning" | "critical">;

/** What is known of an instance before its history is read. */
export interface InstanceExtremes {
  readonly id: number;
  /** Rows of its history. */
  readonly rows: number;
  readonly greatest: number | null;
  readonly least: number | null;
  /** When it was last measured, epoch ms; null: never. */
  readonly measuredMs: number | null;
}

/** However short the span, more instances than this do not help to set a threshold. */
export const INSTANCES_MAX = 500;
/**
 * The lines of the chart: more cannot be told apart. At least as many are read, also where no value reached a
 * threshold.
 */
export const LINES_MAX = 5;

/**
 * Selects which of too many instances are read: those that can have fired, the worst first, as many as fit; of the
 * others enough for the chart. `left` counts those that can have fired and are not read.
 */
export function selectInstances(known: readonly InstanceExtremes[], rule: RuleThresholds, rowsMax: number) {
  const can = new Set(known.filter((instance) => mayFire(rule, instance)).map(({ id }) => id));
  const ranked = known.toSorted(
    (a, b) => Number(can.has(b.id)) - Number(can.has(a.id)) || rankOf(rule, b) - rankOf(rule, a),
  );
  const candidates = ranked.slice(0, Math.max(can.size, LINES_MAX));
  const ids = candidates.slice(0, fitting(candidates, rowsMax)).map(({ id }) => id);
  return { ids, left: can.size - ids.filter((id) => can.has(id)).length };
}

/** A value that never reached a threshold has not fired; extremes say nothing about a slope or an absence. */
export function mayFire(
  { condition, comparison, warning, critical }: RuleThresholds,
  { greatest, least }: Pick<InstanceExtremes, "greatest" | "least">,
): boolean {
  if (condition.kind !== "value") return true;
  const worst = comparison === "above" ? greatest : least;
  return worst !== null && [warning, critical].some((limit) => limit !== null && reaches(comparison, worst, limit));
}

/** Instances with a higher rank are read first. */
function rankOf({ condition, comparison }: RuleThresholds, { greatest, least, measuredMs }: InstanceExtremes): number {
  if (condition.kind === "absent") return -(measuredMs ?? 0);
  if (greatest === null || least === null) return Number.MIN_SAFE_INTEGER;
  if (condition.kind !== "value") return greatest - least;
  return comparison === "above" ? greatest : -least;
}

/** How many of them fit, and one at least. */
function fitting(ranked: readonly InstanceExtremes[], rowsMax: number): number {
  let rows = 0;
  for (const [at, one] of ranked.slice(0, INSTANCES_MAX).entries()) {
    rows += one.rows;
    if (rows > rowsMax) return Math.max(1, at);
  }
  return Math.min(INSTANCES_MAX, ranked.length);
}
