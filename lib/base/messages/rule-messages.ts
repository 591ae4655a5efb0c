import type { RuleDoc, RuleText } from "@/lib/base/messages/rule-texts";
import { RULE_TEXTS } from "@/lib/base/messages/rules/registry";

type Texts = typeof RULE_TEXTS;
type RemediesOf<T> = T extends { readonly remedies: infer Remedies } ? keyof Remedies : never;

/** The name of a remedy; its text is among those of a rule. */
export type Remedy = { [Id in keyof Texts]: RemediesOf<Texts[Id]["en"]> }[keyof Texts];

type Language = keyof Texts[keyof Texts];

/** What the catalogue of messages gets from the texts of the rules. */
export function ruleMessages(language: Language) {
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
