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
