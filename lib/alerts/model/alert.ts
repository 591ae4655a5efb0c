import type { Severity } from "@/lib/alerts/model/rule";
import type { SummaryFacts } from "@/lib/alerts/model/summary-input";
import type { Labels } from "@/lib/base/signals/labels";

export type AlertState = "pending" | "firing" | "resolved";

/** One alert: one rule on one set of labels, from pending to resolved. Times are epoch ms. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly labels: Labels;
  readonly value: number | null;
  readonly threshold: number;
  readonly startedMs: number;
  readonly firedMs: number | null;
  readonly resolvedMs: number | null;
  /** One English sentence with the measured numbers, for the log and the search. */
  readonly summary: string;
  /** The values of the sentence, from which other languages write theirs; null: an older version stored none. */
  readonly facts: SummaryFacts | null;
  readonly inferred: boolean;
  readonly acknowledgedBy: string | null;
  readonly flapping: boolean;
  /** The signal has not been measured since the alert fired: it is held, and neither fires again nor resolves. */
  readonly noData: boolean;
  /** The incident that it belongs to; null while it is pending, and where an older version did not group alerts. */
  readonly incident: string | null;
}

/** A change that receivers are notified of. The engine decides it; it is stored together with its deliveries. */
export interface AlertEvent {
  readonly type: "alert.firing" | "alert.resolved";
  readonly alert: Alert;
  readonly atMs: number;
}

/** The key of an alert's instance: the alert's id is this key and the instant it began, after the last dash. */
export const instanceOf = (alertId: string): string => alertId.slice(0, alertId.lastIndexOf("-"));
