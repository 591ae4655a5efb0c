import type { Matcher } from "@/lib/alerts/matchers/matcher";
import type { Condition } from "@/lib/alerts/model/condition";

export type Severity = "warning" | "critical";
export type Comparison = "above" | "below";

/**
 * A rule as written by an operator or built in. Thresholds are in the unit of its condition; durations in ms.
 * `clearAt` is where the alert lets go (`clearBelow` of an `above` rule in the file, `clearAbove` of the others);
 * null: at the threshold.
 */
export interface Rule {
  readonly id: string;
  readonly signal: string;
  /** All must hold of an instance's labels; none: every instance of the signal. */
  readonly match: readonly Matcher[];
  readonly condition: Condition;
  readonly comparison: Comparison;
  readonly warning: number | null;
  readonly critical: number | null;
  /** How long the condition must hold before the alert fires. */
  readonly forMs: number;
  /** How long a firing alert must have been clear before it resolves. */
  readonly keepFiringMs: number;
  readonly clearAt: number | null;
  /** A rule that is off says nothing of what it matches, and lets no rule of its id do so that matches more. */
  readonly enabled: boolean;
  /** Reported as inferred: the broker does not say it, Lastbeat concludes it. */
  readonly inferred: boolean;
  readonly origin: "built-in" | "file" | "page";
  /** Where it stands, for example `lastbeat.yaml: rules[3]`; null for those of no file. */
  readonly path: string | null;
}
