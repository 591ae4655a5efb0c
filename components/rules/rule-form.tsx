"use client";

import { useTranslations } from "next-intl";
import { type Field, KINDS, type RuleDraft } from "@/components/rules/draft";
import { FieldOf, INPUT, SelectOf, TextOf } from "@/components/rules/fields";
import { SignalField } from "@/components/rules/signal-field";
import { signalNamed } from "@/lib/base/signals/catalogue";

const COMPARISONS: readonly RuleDraft["comparison"][] = ["above", "below"];

/** The form fields of a rule. `faultTexts` has a message for each invalid field. */
export function RuleFields(props: {
  readonly draft: RuleDraft;
  readonly faultTexts: Readonly<Partial<Record<Field, string>>>;
  /** An existing rule keeps its id. */
  readonly named: "here" | "already";
  readonly change: (changes: Partial<RuleDraft>) => void;
}) {
  const { draft, faultTexts, named, change } = props;
  const t = useTranslations("ruleEditor");
  const labels = signalNamed(draft.signal)?.labels.join(", ") ?? "";
  const text = (
    field: "warning" | "critical" | "clear" | "for" | "keepFiringFor" | "over" | "within",
    hint?: string,
  ) => (
    <TextOf
      name={t(field)}
      {...(hint === undefined ? {} : { hint })}
      fault={faultTexts[field]}
      value={draft[field]}
      change={(value) => change({ [field]: value })}
    />
  );
  return (
    <div className="flex flex-col gap-4">
      {named === "already" ? null : (
        <TextOf
          name={t("id")}
          hint={t("idHint")}
          fault={faultTexts.id}
          value={draft.id}
          change={(id) => change({ id })}
        />
      )}
      <SignalField value={draft.signal} fault={faultTexts.signal} choose={(signal) => change({ signal })} />
      <FieldOf name={t("match")} hint={t("matchHint", { labels })} fault={faultTexts.match}>
        {(wired) => (
          <textarea
            {...wired}
            rows={Math.max(2, draft.match.split("\n").length)}
            value={draft.match}
            spellCheck={false}
            autoCapitalize="off"
            onChange={({ target }) => change({ match: target.value })}
            className={`${INPUT} py-1 font-mono text-13`}
          />
        )}
      </FieldOf>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectOf
          name={t("kind")}
          fault={undefined}
          value={draft.kind}
          options={KINDS.map((kind) => [kind, t(`kindNames.${kind}`)] as const)}
          choose={(kind) => change({ kind: KINDS.find((one) => one === kind) ?? "value" })}
        />
        {draft.kind === "absent" ? null : (
          <SelectOf
            name={t("comparison")}
            fault={faultTexts.comparison}
            value={draft.comparison}
            options={COMPARISONS.map((one) => [one, t(`comparisons.${one}`)] as const)}
            choose={(chosen) => change({ comparison: COMPARISONS.find((one) => one === chosen) ?? "above" })}
          />
        )}
        {draft.kind === "forecast" ? text("within") : null}
        {draft.kind === "rate" || draft.kind === "forecast" ? text("over") : null}
      </div>
      <div className="grid gap-4 sm:grid-cols-3">
        {text("warning")}
        {text("critical")}
        {text("clear", t("clearHint"))}
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        {text("for", t("forHint"))}
        {text("keepFiringFor", t("keepFiringHint"))}
      </div>
      <label className="flex min-h-6 items-center gap-2 text-14">
        <input type="checkbox" checked={draft.enabled} onChange={({ target }) => change({ enabled: target.checked })} />
        {t("enabled")}
      </label>
    </div>
  );
}
