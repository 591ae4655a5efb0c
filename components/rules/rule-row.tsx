"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type RuleState, stateOf } from "@/components/rules/filter";
import { Switch } from "@/components/rules/switch";
import { useCondition, usePackWords } from "@/components/rules/words";
import { StateWord, type Tone } from "@/components/ui/state-word";
import type { RuleItem } from "@/lib/views/rules";

const TONE: Readonly<Record<RuleState, Tone>> = {
  firing: "critical",
  pending: "warning",
  quiet: "quiet",
  off: "unknown",
};

/** One rule: how it stands, what it asks, where it comes from, and what can be done with it. */
export function RuleRow({ rule }: { readonly rule: RuleItem }) {
  const t = useTranslations("rules");
  const words = usePackWords();
  const condition = useCondition();
  const change = t(rule.origin === "file" ? "view" : "change");
  const href = `/rules/${encodeURIComponent(rule.id)}`;
  return (
    <li
      data-rule={rule.id}
      className="grid gap-x-4 gap-y-0.5 border-t border-line py-2 sm:grid-cols-[8rem_minmax(0,1fr)_auto]"
    >
      <State rule={rule} />
      <div className="min-w-0">
        <p className="break-words">
          <Link href={href} className="font-semibold hover:underline">
            {words.title(rule.id)}
          </Link>{" "}
          <span className="text-13">{condition(rule)}</span>
        </p>
        <p className="text-12 break-words text-quiet">
          <span className="font-mono">{rule.id}</span> · {[rule.signal, ...rule.match].join(" · ")}
          {rule.inferred ? ` · ${t("inferred")}` : ""} · <Origin rule={rule} />
        </p>
      </div>
      <div className="flex flex-wrap items-start gap-2">
        {rule.origin === "file" ? null : <Switch rule={rule} />}
        <Link
          href={href}
          aria-label={`${change}: ${rule.id}`}
          className="min-h-6 rounded-6 border border-line px-2 text-13 leading-6 hover:bg-raised"
        >
          {change}
        </Link>
      </div>
    </li>
  );
}

function State({ rule }: { readonly rule: RuleItem }) {
  const t = useTranslations("rules");
  const state = stateOf(rule);
  if (state === "firing" && rule.pending > 0) {
    return (
      <span className="flex flex-wrap gap-x-2">
        <StateWord tone="critical">{t("firing", { n: rule.firing })}</StateWord>
        <StateWord tone="warning">{t("pending", { n: rule.pending })}</StateWord>
      </span>
    );
  }
  const said = { firing: t("firing", { n: rule.firing }), pending: t("pending", { n: rule.pending }) };
  return (
    <StateWord tone={TONE[state]}>
      {state === "firing" || state === "pending" ? said[state] : t(`states.${state}`)}
    </StateWord>
  );
}

function Origin({ rule }: { readonly rule: RuleItem }) {
  const t = useTranslations("rules");
  const { about } = usePackWords();
  if (rule.origin === "file") return <>{t("fromFile", { path: rule.path ?? "lastbeat.yaml" })}</>;
  if (rule.origin === "page" && about(rule.id) !== null) return <>{t("overrides")}</>;
  return <>{t(`origins.${rule.origin}`)}</>;
}
