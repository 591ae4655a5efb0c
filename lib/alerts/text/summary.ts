import { type BuiltInRuleId, isBuiltIn } from "@/lib/alerts/catalogue/catalogue";
import { messagesFor } from "@/lib/alerts/catalogue/messages";
import { remedyOf } from "@/lib/alerts/catalogue/remedy";
import type { Alert } from "@/lib/alerts/model/alert";
import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { RULE_TEXTS } from "@/lib/alerts/rules/registry";
import { english } from "@/lib/alerts/text/en";
import type { Language } from "@/lib/alerts/text/language";
import { chinese } from "@/lib/alerts/text/zh-CN";
import type { Locale } from "@/lib/base/messages/locale";
import type { AlertText, RuleText } from "@/lib/base/messages/rule-texts";
import { subjectOf } from "@/lib/base/messages/sentence/facts";

const LANGUAGES: Readonly<Record<Locale, Language>> = { en: english, "zh-CN": chinese };
/** A built-in rule without texts does not compile. */
const TEXTS: Readonly<Record<BuiltInRuleId, { readonly en: RuleText; readonly zhCN: RuleText }>> = RULE_TEXTS;

/** One sentence with the numbers measured, such as "scanner@media silent 41 s of 60 s, …". Never throws. */
export function summarise(alert: SummaryInput, locale: Locale = "en"): string {
  const language = LANGUAGES[locale];
  switch (alert.outcome) {
    case "open":
      return openSentence(alert, locale);
    case "cleared":
      return language.after(clearedSentence(alert, locale), alert.lastedMs);
    case "gone":
      return language.ended(alert);
    case "no-rule":
      return language.noRule(alert);
    default:
      return alert.outcome satisfies never;
  }
}

/** An alert's sentence in a language. An alert that an older version stored has no facts to write it from: it stays English. */
export function sentenceOf(
  alert: Pick<Alert, "rule" | "labels" | "value" | "threshold" | "summary" | "facts">,
  locale: Locale,
): string {
  const { rule, labels, value, threshold, summary, facts } = alert;
  return locale === "en" || facts === null ? summary : summarise({ rule, labels, value, threshold, ...facts }, locale);
}

/** How what an alert is about is shown: the display name of a client, else the names in its labels; null: everything. */
export const shownSubject = ({ labels, facts }: Pick<Alert, "labels" | "facts">): string | null =>
  subjectOf({ labels, context: facts?.context ?? {} });

/** The sentence of several alerts in one notification, by the worst of them; `key` is what they have in common. */
export const together = (count: number, key: string, summary: string, locale: Locale): string =>
  LANGUAGES[locale].together(count, key, summary);

/** The sentence of an incident's cause, and how many other alerts belong to it. */
export const more = (others: number, summary: string, locale: Locale): string =>
  LANGUAGES[locale].more(others, summary);

/** The sentence of an alert that flaps, and what it is now. */
export const flappingSentence = (isFiring: boolean, summary: string, locale: Locale): string =>
  LANGUAGES[locale].flapping(isFiring, summary);

function openSentence(alert: SummaryInput, locale: Locale): string {
  const language = LANGUAGES[locale];
  const { rule, condition, context } = alert;
  if (condition !== undefined && condition.kind !== "value") return language.conditions[condition.kind](alert);
  const sentence = textOf(rule, locale).open(alert);
  const remedy = remedyOf(rule, context);
  return remedy === null ? sentence : language.remedy(sentence, messagesFor(locale).remedies[remedy] ?? "");
}

function clearedSentence(alert: SummaryInput, locale: Locale): string {
  if (alert.condition?.kind === "absent") return LANGUAGES[locale].measuredAgain(alert);
  return textOf(alert.rule, locale).cleared(alert);
}

const textOf = (rule: string, locale: Locale): AlertText =>
  isBuiltIn(rule) ? TEXTS[rule][locale === "zh-CN" ? "zhCN" : "en"].alert : LANGUAGES[locale].other;
