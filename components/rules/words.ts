"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import {
  BUILT_IN_RULE_IDS,
  type BuiltInRuleId,
  isBuiltIn,
  type Pack,
  type RuleDoc,
} from "@/lib/alerts/rules/catalogue";
import type { en } from "@/lib/base/messages/en";
import type { RuleItem } from "@/lib/views/rules/schema";

type System = keyof typeof en.rulePacks.inSystem;
const SYSTEMS: readonly System[] = ["kyoo", "roadrunner", "bitmagnet", "peertube", "faststream"];
const isSystem = (pack: Pack): pack is System => SYSTEMS.some((system) => system === pack);
const PARTS = ["title", "summary", "why", "cause", "next"] as const;

/** What is known of the rules that ship, in the reader's language. */
export function usePackWords() {
  const t = useTranslations("rulePacks");
  const about = (id: string): RuleDoc | null => {
    if (!isBuiltIn(id)) return null;
    const [title, summary, why, cause, next] = PARTS.map((part) => t(`rules.${id}.${part}`));
    return { title: title ?? "", summary: summary ?? "", why: why ?? "", cause: cause ?? "", next: next ?? "" };
  };
  return {
    about,
    /** The name of a rule: of one's own it is the id. */
    title: (id: string): string => (isBuiltIn(id) ? t(`rules.${id}.title`) : id),
    /** What one system makes of rules that are not its own; nothing for a pack that is no system. */
    ofSystem: (pack: Pack): readonly { readonly rule: BuiltInRuleId; readonly text: string }[] =>
      BUILT_IN_RULE_IDS.flatMap((rule) => {
        const key = isSystem(pack) ? `inSystem.${pack}.${rule}` : "";
        return isKey(t, key) ? [{ rule, text: t(key) }] : [];
      }),
    /** What the systems that have something of their own to say of this rule make of it. */
    inSystems: (id: string): readonly { readonly system: string; readonly text: string }[] =>
      SYSTEMS.flatMap((system) => {
        const key = `inSystem.${system}.${id}`;
        return isKey(t, key) ? [{ system: t(`packs.${system}.title`), text: t(key) }] : [];
      }),
  };
}

type Packs = ReturnType<typeof useTranslations<"rulePacks">>;

const isKey = (t: Packs, key: string): key is Parameters<Packs>[0] => Reflect.apply(t.has, t, [key]);

/** A rule's condition as an operator says it: "100 or more, critical from 10,000 on, for 5 min, until below 50". */
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
    if (keepFiringSeconds > 0) parts.push(t("keep", { span: span(keepFiringSeconds) }));
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

/** What a rule's limits are in: an absence is a time, whatever the signal is. */
export const unitOf = ({ condition, unit }: Pick<RuleItem, "condition" | "unit">): RuleItem["unit"] =>
  condition.kind === "absent" ? "seconds" : unit;

/** A number with its unit; a signal that is no longer in the catalogue has none. */
export function useAmount(): (n: number, unit: RuleItem["unit"]) => string {
  const t = useTranslations("rules.units");
  const { number, span } = useWords();
  return (n, unit) => t(unit ?? "count", { n: number(n), span: span(n) });
}
