import type { Condition } from "@/lib/alerts/model/condition";
import type { SentenceInput } from "@/lib/base/messages/sentence/facts";

/** Whether the alert is still open, or why it ended. */
export type AlertOutcome = "open" | "cleared" | "gone" | "no-rule";

export interface SummaryInput extends SentenceInput {
  /** What of which signal is compared; absent: the value itself. */
  readonly condition?: Condition;
  readonly signal?: string;
  readonly outcome: AlertOutcome;
  /** From the start of the alert to its end; only said of alerts that ended. */
  readonly lastedMs: number;
}

/** What an alert's sentence needs beside the alert's own fields. */
export type SummaryFacts = Omit<SummaryInput, "rule" | "labels" | "value" | "threshold">;
