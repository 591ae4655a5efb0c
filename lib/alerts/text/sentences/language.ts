import type { Condition } from "@/lib/alerts/model/condition";
import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";

export type Sentence = (told: SummaryInput) => string;

/** What is said of an alert while it stands, and once its value has cleared. */
export interface AlertText {
  readonly open: Sentence;
  readonly cleared: Sentence;
}

export type AlertTextFor<Rules extends ShippedRule> = Readonly<Record<Rules, AlertText>>;

/** Every sentence of one language. A rule that ships and has none does not compile. */
export interface Language {
  readonly rules: AlertTextFor<ShippedRule>;
  /** Of rules that compare something else than the value itself, whatever the rule is called. */
  readonly conditions: Readonly<Record<Exclude<Condition["kind"], "value">, Sentence>>;
  readonly measuredAgain: Sentence;
  /** Of a rule of one's own. */
  readonly other: AlertText;
  /** A sentence of something that is over, with how long it had lasted. */
  after(sentence: string, lastedMs: number): string;
  readonly gone: Sentence;
  readonly noRule: Sentence;
  /** What several alerts told at once come to; `key` is what they have in common. */
  together(count: number, key: string, summary: string): string;
}
