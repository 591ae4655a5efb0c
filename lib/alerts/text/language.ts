import type { Condition } from "@/lib/alerts/model/condition";
import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { AlertText } from "@/lib/base/messages/rule-texts";

export type Sentence = (alert: SummaryInput) => string;

/** The sentences of one language that belong to no built-in rule. */
export interface Language {
  /** Of rules that compare something else than the value itself, whatever the rule is called. */
  readonly conditions: Readonly<Record<Exclude<Condition["kind"], "value">, Sentence>>;
  readonly measuredAgain: Sentence;
  /** Of a rule of one's own. */
  readonly other: AlertText;
  /** What to do, after the sentence. */
  remedy(sentence: string, remedy: string): string;
  /** A sentence about something that is over, with how long it had lasted. */
  after(sentence: string, lastedMs: number): string;
  readonly ended: Sentence;
  readonly noRule: Sentence;
  /** Several alerts in one notification; `key` is what they have in common. */
  together(count: number, key: string, summary: string): string;
  /** The sentence of an incident's cause, and how many other alerts belong to it. */
  more(others: number, summary: string): string;
  /** The sentence of an alert that flaps, and what it is now. */
  flapping(isFiring: boolean, summary: string): string;
}
