import type { Same } from "@/lib/base/messages/same";
import type { SentenceInput } from "@/lib/base/messages/sentence/facts";

type Sentence = (alert: SentenceInput) => string;

/** What is known of a rule: what it watches, why that matters, the likely cause and the next step. Without placeholders. */
export interface RuleDoc {
  readonly title: string;
  readonly summary: string;
  readonly why: string;
  readonly cause: string;
  readonly next: string;
}

/** The sentences of an alert: while it is open, and once its value has cleared. */
export interface AlertText {
  readonly open: Sentence;
  readonly cleared: Sentence;
}

/** All texts of one built-in rule in one language. */
export interface RuleText extends RuleDoc {
  readonly alert: AlertText;
  /** Its line on the overview, where that is drawn from the alert. Placeholders: `held`, `n`, `clock`. */
  readonly line?: string;
  /** Of a queue on the page of jobs; the placeholders are those of `useJobWords`. */
  readonly row?: string;
  /** Of a source as a whole on the page of jobs. Placeholder: `clock`. */
  readonly source?: string;
  /** What single systems add to `next`, by their pack. */
  readonly inSystem?: Readonly<Record<string, string>>;
  /** What to do, by product and version, by the names under which rules know them. One sentence each, without placeholders. */
  readonly remedies?: Readonly<Record<string, string>>;
}

/** The same texts in another language. */
type Translated<English> = { readonly alert: AlertText } & Same<Omit<English, "alert">>;

/** The texts of one rule in every language: English says which texts there are. */
export const ruleTexts = <const English extends RuleText>(texts: {
  readonly en: English;
  readonly zhCN: Translated<NoInfer<English>>;
}): { readonly en: English; readonly zhCN: Translated<English> } => texts;
