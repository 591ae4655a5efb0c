"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type RuleState, stateOf } from "@/components/rules/filter";
import { Switch } from "@/components/rules/switch";
import { useCondition, usePackWords } from "@/components/rules/words";
import { StateWord, type Tone } from "@/components/ui/state-word";
import type { RuleItem } from "@/lib/views/rules/schema";

const TONE: Readonly<Record<RuleState, Tone>> = {
  firing: "warning",
  pending: "warning",
  quiet: "quiet",
  off: "unknown",
};

/** The translations of the rows, made once per list: for 200 rows, making them took longer than rendering the rows. */
export function useRowWords() {
  return { t: useTranslations("rules"), packs: usePackWords(), condition: useCondition() };
}
type RowWords = ReturnType<typeof useRowWords>;

/** One rule: its state, condition, origin and actions. */
export function RuleRow({ rule, say }: { readonly rule: RuleItem; readonly say: RowWords }) {
  const { t, packs, condition } = say;
  const change = t(rule.origin === "file" ? "view" : "change");
  const href = `/rules/${encodeURIComponent(rule.id)}`;
  return (
    <li
      data-rule={rule.id}
      className="grid gap-x-4 gap-y-0.5 border-t border-line py-2 sm:grid-cols-[8rem_minmax(0,1fr)_auto]"
    >
      <State rule={rule} say={say} />
      <div className="min-w-0">
        <p className="break-words">
          <Link href={href} prefetch={false} className="font-semibold hover:underline">
            {packs.title(rule.id)}
          </Link>{" "}
          <span className="text-13">{condition(rule)}</span>
        </p>
        <p className="text-12 break-words text-quiet">
          <span className="font-mono">{rule.id}</span> · {[rule.signal, ...rule.match].join(" · ")}
          {rule.inferred ? ` · ${t("inferred")}` : ""} · {originOf(rule, say)}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2 self-start">
        {rule.origin === "file" ? null : <Switch rule={rule} />}
        <Link
          href={href}
          prefetch={false}
          aria-label={`${change}: ${rule.id}`}
          className="min-h-6 rounded-6 border border-line px-2 text-13 leading-6 hover:bg-raised"
        >
          {change}
        </Link>
      </div>
    </li>
  );
}

function State({ rule, say: { t } }: { readonly rule: RuleItem; readonly say: RowWords }) {
  const state = stateOf(rule);
  const tone = rule.firingCritical > 0 ? "critical" : TONE[state];
  if (state === "firing" && rule.pending > 0) {
    return (
      <span className="flex flex-wrap gap-x-2">
        <StateWord tone={tone}>{t("firing", { n: rule.firing })}</StateWord>
        <StateWord tone="warning">{t("pending", { n: rule.pending })}</StateWord>
      </span>
    );
  }
  const text = state === "firing" || state === "pending" ? t(state, { n: rule[state] }) : t(`states.${state}`);
  return <StateWord tone={tone}>{text}</StateWord>;
}

function originOf(rule: RuleItem, { t, packs }: RowWords): string {
  if (rule.origin === "file") return t("fromFile", { path: rule.path ?? "lastbeat.yaml" });
  return rule.origin === "page" && packs.about(rule.id) !== null ? t("overrides") : t(`origins.${rule.origin}`);
}
