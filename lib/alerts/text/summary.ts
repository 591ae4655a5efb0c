import type { Alert } from "@/lib/alerts/model/alert";
import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { isBuiltIn } from "@/lib/alerts/rules/catalogue";
import { english } from "@/lib/alerts/text/sentences/en/language";
import type { Language, Sentence } from "@/lib/alerts/text/sentences/language";
import { chinese } from "@/lib/alerts/text/sentences/zh-CN/language";
import type { Locale } from "@/lib/base/messages/locale";

const LANGUAGES: Readonly<Record<Locale, Language>> = { en: english, "zh-CN": chinese };

/** One sentence with the numbers seen, such as "scanner@media silent 41 s of 60 s, …". Never throws. */
export function summarise(told: SummaryInput, locale: Locale = "en"): string {
  const language = LANGUAGES[locale];
  switch (told.outcome) {
    case "open":
      return openOf(language, told)(told);
    case "cleared":
      return language.after(clearedOf(language, told)(told), told.lastedMs);
    case "gone":
      return language.gone(told);
    case "no-rule":
      return language.noRule(told);
    default:
      return told.outcome satisfies never;
  }
}

/** An alert's sentence in a language. One that an older version kept has no facts to say it of: it stays English. */
export function sentenceOf(
  alert: Pick<Alert, "rule" | "labels" | "value" | "threshold" | "summary" | "facts">,
  locale: Locale,
): string {
  const { rule, labels, value, threshold, summary, facts } = alert;
  return locale === "en" || facts === null ? summary : summarise({ rule, labels, value, threshold, ...facts }, locale);
}

/** What several alerts told at once come to, by the worst of them; `key` is what they have in common. */
export const together = (count: number, key: string, summary: string, locale: Locale): string =>
  LANGUAGES[locale].together(count, key, summary);

function openOf({ rules, conditions, other }: Language, { rule, condition }: SummaryInput): Sentence {
  if (condition !== undefined && condition.kind !== "value") return conditions[condition.kind];
  return (isBuiltIn(rule) ? rules[rule] : other).open;
}

function clearedOf({ rules, measuredAgain, other }: Language, { rule, condition }: SummaryInput): Sentence {
  if (condition?.kind === "absent") return measuredAgain;
  return (isBuiltIn(rule) ? rules[rule] : other).cleared;
}
