import { RULE_TEXTS } from "@/lib/alerts/rules/registry";
import { en } from "@/lib/base/messages/en";
import type { Locale } from "@/lib/base/messages/locale";
import type { RuleDoc, RuleText } from "@/lib/base/messages/rule-texts";
import { zhCN } from "@/lib/base/messages/zh-CN";

type Texts = typeof RULE_TEXTS;
type RemediesOf<T> = T extends { readonly remedies: infer Remedies } ? keyof Remedies : never;

/** The name of a remedy; its text is among those of a rule. */
export type Remedy = { [Id in keyof Texts]: RemediesOf<Texts[Id]["en"]> }[keyof Texts];

type Language = keyof Texts[keyof Texts];

/** The texts of the rules, by the namespaces of the catalogue. */
function ruleMessages(language: Language) {
  const texts = Object.entries(RULE_TEXTS).map(([id, rule]): readonly [string, RuleText] => [id, rule[language]]);
  const collect = (pick: (text: RuleText) => string | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(texts.flatMap(([id, text]) => (pick(text) === undefined ? [] : [[id, pick(text) ?? ""]])));
  const systems = new Set(texts.flatMap(([, { inSystem }]) => Object.keys(inSystem ?? {})));
  return {
    ruleDocs: Object.fromEntries(texts.map(([id, text]) => [id, docOf(text)])),
    ruleInSystem: Object.fromEntries(
      [...systems].map((system) => [system, collect((text) => text.inSystem?.[system])]),
    ),
    ruleLines: collect(({ line }) => line),
    ruleRows: collect(({ row }) => row),
    ruleSources: collect(({ source }) => source),
    remedies: Object.fromEntries(texts.flatMap(([, { remedies }]) => Object.entries(remedies ?? {}))),
  };
}

const docOf = ({ title, summary, why, cause, next }: RuleText): RuleDoc => ({ title, summary, why, cause, next });

/** Everything people read, that of the rules included. ICU message format; the keys and placeholders are the same in each. */
export const MESSAGES = {
  en: { ...en, ...ruleMessages("en") },
  "zh-CN": { ...zhCN, ...ruleMessages("zhCN") },
} as const;

type Text<T> = { [K in keyof T]: T[K] extends string ? string : Text<T[K]> };
export type Messages = Text<typeof MESSAGES.en>;

export const messagesFor = (locale: Locale): Messages => MESSAGES[locale];
