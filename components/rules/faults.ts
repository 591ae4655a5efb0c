"use client";

import { useTranslations } from "next-intl";
import { type Field, type RuleDraft, readDraft } from "@/components/rules/draft";
import { formFaults } from "@/lib/alerts/model/rule-form";

type FaultText = Readonly<Partial<Record<Field, string>>>;

/** The form field that shows the server's error for a path such as `match[1]`. */
export function fieldOf(path: string): Field {
  const [name = ""] = path.split(/[[.]/, 1);
  return FIELDS.get(name) ?? "id";
}

const FIELDS: ReadonlyMap<string, Field> = new Map([
  ...(["id", "signal", "match", "comparison", "warning", "critical", "enabled"] as const).map(
    (name) => [name, name] as const,
  ),
  ["condition", "over"],
  ["clearAt", "clear"],
  ["forSeconds", "for"],
  ["keepFiringSeconds", "keepFiringFor"],
] as const);

/**
 * The errors of a form. `typed` is shown while the user types: the invalid values. `all` is shown on save: the missing
 * values too.
 */
export function useFaults(draft: RuleDraft): { readonly typed: FaultText; readonly all: FaultText } {
  const t = useTranslations("ruleEditor");
  const { rule, faults } = readDraft(draft);
  const own = Object.entries(faults).map(([field, fault]) => [field, t(fault)] as const);
  const ofRule = rule === null ? [] : formFaults(rule).map(({ path, message }) => [fieldOf(path), message] as const);
  const unread = Object.entries(faults).filter(([, fault]) => fault === "notNumber" || fault === "notDuration");
  return {
    typed: Object.fromEntries([...ofRule, ...unread.map(([field, fault]) => [field, t(fault)] as const)]),
    all: Object.fromEntries([...ofRule, ...own]),
  };
}
