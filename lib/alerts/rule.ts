import type { SummaryFacts } from "@/lib/alerts/facts";
import type { Matcher } from "@/lib/alerts/matcher";

export type Severity = "warning" | "critical";
export type Comparison = "above" | "below";

/**
 * What of the signal is compared with the thresholds, and so what their unit is:
 * - `value`: the value itself, in the signal's unit
 * - `rate`: the slope of the least-squares line through the last `overMs`, in the signal's unit per minute
 * - `forecast`: where that line stands `withinMs` from now, in the signal's unit; always inferred
 * - `absent`: for how many seconds an instance that was measured has not been, while its broker or source was seen
 */
export type Condition =
  | { readonly kind: "value" }
  | { readonly kind: "rate"; readonly overMs: number }
  | { readonly kind: "forecast"; readonly withinMs: number; readonly overMs: number }
  | { readonly kind: "absent" };

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

export type AlertState = "pending" | "firing" | "resolved";

/** One alert: one rule on one set of labels, from pending to resolved. Times are epoch ms. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | null;
  readonly threshold: number;
  readonly startedMs: number;
  readonly firedMs: number | null;
  readonly resolvedMs: number | null;
  /** One English sentence with the numbers seen: of the log, the search, and whoever reads no other language. */
  readonly summary: string;
  /** What the sentence is made of, so that it can be said in another language; null: an older version kept none. */
  readonly facts: SummaryFacts | null;
  readonly inferred: boolean;
  readonly acknowledgedBy: string | null;
  readonly flapping: boolean;
  /** The signal stopped being measured while the alert was firing: held, neither firing anew nor resolved. */
  readonly noData: boolean;
}

/** A change worth telling: past tense, decided by the pure engine, kept and sent in one transaction. */
export interface AlertEvent {
  readonly type: "alert.firing" | "alert.resolved";
  readonly alert: Alert;
  readonly atMs: number;
}
