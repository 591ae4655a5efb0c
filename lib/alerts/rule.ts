export type Severity = "warning" | "critical";
export type Comparison = "above" | "below";

/**
 * A rule as written by an operator or built in. Thresholds are in the signal's own unit; durations in ms.
 * `clearBelow` (or `clearAbove` for `below` rules, same field) is where the alert lets go; absent, it is the threshold.
 */
export interface Rule {
  readonly id: string;
  readonly signal: string;
  readonly match: Readonly<Record<string, string>>;
  readonly comparison: Comparison;
  readonly warning: number | null;
  readonly critical: number | null;
  /** How long the condition must hold before the alert fires. */
  readonly forMs: number;
  readonly clearAt: number | null;
  /** Reported as inferred: the broker does not say it, Lastbeat concludes it. */
  readonly inferred: boolean;
  readonly origin: "built-in" | "file";
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
  /** One English sentence with the numbers seen; pages say it in their own language from the fields. */
  readonly summary: string;
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
