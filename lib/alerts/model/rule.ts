import type { Matcher } from "@/lib/alerts/matchers/matcher";
import type { Condition } from "@/lib/alerts/model/condition";

export type Severity = "warning" | "critical";
export type Comparison = "above" | "below";

/**
 * A rule as written by an operator or built in. Thresholds are in the unit of its condition; durations in ms.
 * `clearAt` is the clear threshold (in the file `clearBelow` for `above` rules, `clearAbove` for the others); null: the
 * firing threshold.
 */
export interface Rule {
  readonly id: string;
  readonly signal: string;
  /** All must match an instance's labels; none: every instance of the signal. */
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
  /** A rule that is off raises no alert for what it matches, and neither does a less specific rule of its id. */
  readonly enabled: boolean;
  /** Reported as inferred: Lastbeat concludes it, the broker does not report it. */
  readonly inferred: boolean;
  readonly origin: "built-in" | "file" | "page";
  /** Its place in the file, for example `lastbeat.yaml: rules[3]`; null for rules of no file. */
  readonly path: string | null;
}
