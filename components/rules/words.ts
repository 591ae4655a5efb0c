"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import { BUILT_IN_RULE_IDS, isBuiltIn } from "@/lib/alerts/catalogue/catalogue";
import type { Pack } from "@/lib/alerts/model/built-in-rule";
import type { RuleDoc } from "@/lib/base/messages/rule-texts";
import type { RuleItem } from "@/lib/views/rules/schema";

const SYSTEMS: readonly Pack[] = ["kyoo", "roadrunner", "bitmagnet", "peertube", "faststream"];
const PARTS = ["title", "summary", "why", "cause", "next"] as const;

/** The documentation of built-in rules in the reader's language. */
export function usePackWords() {
  const docs = useTranslations("ruleDocs");
  const advice = useTranslations("ruleInSystem");
  const packs = useTranslations("rulePacks.packs");
  const about = (id: string): RuleDoc | null => {
    if (!isBuiltIn(id)) return null;
    const [title = "", summary = "", why = "", cause = "", next = ""] = PARTS.map((part) => docs(`${id}.${part}`));
    return { title, summary, why, cause, next };
  };
  return {
    about,
    /** The name of a rule; the name of a custom rule is its id. */
    title: (id: string): string => (isBuiltIn(id) ? docs(`${id}.title`) : id),
    /** The notes of one system on rules of other packs; empty for a pack that is not a system. */
    ofSystem: (pack: Pack): readonly { readonly rule: string; readonly text: string }[] =>
      BUILT_IN_RULE_IDS.flatMap((rule) => {
        const key = `${pack}.${rule}`;
        return advice.has(key) ? [{ rule, text: advice(key) }] : [];
      }),
    /** The notes of single systems on this rule. */
    inSystems: (id: string): readonly { readonly system: string; readonly text: string }[] =>
      SYSTEMS.flatMap((system) => {
        const key = `${system}.${id}`;
        return advice.has(key) ? [{ system: packs(`${system}.title`), text: advice(key) }] : [];
      }),
  };
}

/** A rule's condition as text: "100 or more, critical from 10,000 on, for 5 min, until below 50". */
export function useCondition(): (rule: RuleItem) => string {
  const t = useTranslations("rules.condition");
  const amount = useAmount();
  const { span } = useWords();
  return (rule) => {
    const { comparison, warning, critical, clearAt, condition, forSeconds, keepFiringSeconds } = rule;
    const above = comparison === "above";
    const say = (n: number): string => amount(n, unitOf(rule));
    const parts: string[] = [];
    if (warning !== null) parts.push(t(above ? "above" : "below", { n: say(warning) }));
    if (critical !== null) parts.push(t(above ? "criticalAbove" : "criticalBelow", { n: say(critical) }));
    if (forSeconds > 0) parts.push(t("for", { span: span(forSeconds) }));
    if (clearAt !== null) parts.push(t(above ? "clearAbove" : "clearBelow", { n: say(clearAt) }));
    if (keepFiringSeconds > 0) parts.push(t("keepFiring", { span: span(keepFiringSeconds) }));
    const [first = "–", ...others] = parts;
    const limits = others.reduce((a, b) => t("and", { a, b }), first);
    switch (condition.kind) {
      case "value":
        return limits;
      case "rate":
        return t("rate", { span: span(condition.overSeconds), limits });
      case "forecast":
        return t("forecast", { within: span(condition.withinSeconds), over: span(condition.overSeconds), limits });
      case "absent":
        return t("absent", { limits });
      default:
        return condition satisfies never;
    }
  };
}

/** The unit of a rule's limits: an absence is measured in seconds, whatever the signal is. */
export const unitOf = ({ condition, unit }: Pick<RuleItem, "condition" | "unit">): RuleItem["unit"] =>
  condition.kind === "absent" ? "seconds" : unit;

/** A number with its unit; a signal that is no longer in the catalogue has none. */
export function useAmount(): (n: number, unit: RuleItem["unit"]) => string {
  const t = useTranslations("rules.units");
  const { number, span } = useWords();
  return (n, unit) => t(unit ?? "count", { n: number(n), span: span(n) });
}
