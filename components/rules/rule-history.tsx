"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FieldDifference, fieldDifferences } from "@/components/rules/differences";
import { KINDS } from "@/components/rules/draft";
import { useWords } from "@/components/ui/words";
import { ruleQuery } from "@/lib/views/rules/query";
import type { RuleChangeView } from "@/lib/views/rules/schema";

/** The latest changes are shown; the others are collapsed. */
const SHOWN = 5;

/** The changes to a rule in the page, newest first: author, time, old and new values. */
export function RuleHistory({ id }: { readonly id: string }) {
  const t = useTranslations("ruleHistory");
  const { data, error } = useQuery(ruleQuery(id));
  if (data === undefined && error === null) return null;
  return (
    <section aria-labelledby="rule-history" className="mt-8" data-history>
      <h2 id="rule-history" className="mb-1 text-16 font-semibold">
        {t("title")}
      </h2>
      {data === undefined ? (
        <p role="alert" className="text-13 text-critical">
          {t("failed", { message: error?.message ?? "" })}
        </p>
      ) : (
        <RuleChanges changes={data.changes} />
      )}
    </section>
  );
}

/** The list itself, for the page and the gallery. */
export function RuleChanges({ changes }: { readonly changes: readonly RuleChangeView[] }) {
  const t = useTranslations("ruleHistory");
  if (changes.length === 0) return <p className="text-13 text-quiet">{t("none")}</p>;
  const older = changes.slice(SHOWN);
  return (
    <>
      <Listed changes={changes.slice(0, SHOWN)} />
      {older.length === 0 ? null : (
        <details className="border-t border-line text-13">
          <summary className="min-h-8 cursor-pointer py-1 text-quiet hover:text-ink">
            {t("older", { n: older.length })}
          </summary>
          <Listed changes={older} />
        </details>
      )}
    </>
  );
}

function Listed({ changes }: { readonly changes: readonly RuleChangeView[] }) {
  const t = useTranslations("ruleHistory");
  const { moment, full } = useWords();
  return (
    <ol className="text-13">
      {changes.map((change) => (
        <li
          key={`${change.atMs} ${change.what}`}
          className="grid gap-x-4 border-t border-line py-1 sm:grid-cols-[14rem_minmax(0,1fr)]"
        >
          <p className="min-w-0 break-words">
            <time dateTime={new Date(change.atMs).toISOString()} title={full(change.atMs)} className="text-quiet">
              {moment(change.atMs)}
            </time>{" "}
            · {t(change.what, { who: change.who })}
          </p>
          <Differences change={change} />
        </li>
      ))}
    </ol>
  );
}

function Differences({ change }: { readonly change: RuleChangeView }) {
  const t = useTranslations("ruleHistory");
  const fields = useTranslations("ruleEditor");
  const say = useFieldText();
  const { before, after } = change;
  if (before === null || after === null) return <p className="text-quiet">{t(oneSided(change))}</p>;
  const differences = fieldDifferences(before, after);
  if (differences.length === 0) return <p className="text-quiet">{t("same")}</p>;
  return (
    <ul className="min-w-0">
      {differences.map((difference) => (
        <li key={difference.field} className="break-words">
          <span className="text-quiet">{fields(difference.field)}: </span>
          {t("fromTo", { before: say(difference, "before"), after: say(difference, "after") })}
        </li>
      ))}
    </ul>
  );
}

/** Why a change has one side only: a custom rule was created or deleted, or the other side is no longer stored. */
function oneSided({ what, after }: RuleChangeView): "own" | "gone" | "unknown" {
  if (what === "made" && after !== null) return "own";
  return what === "deleted" && after === null ? "gone" : "unknown";
}

/** The value of a field as the form shows it: a choice by its label, and a word for an empty value. */
function useFieldText(): (difference: FieldDifference, side: "before" | "after") => string {
  const t = useTranslations("ruleHistory");
  const fields = useTranslations("ruleEditor");
  return (difference, side) => {
    const text = difference[side];
    if (text === "") return t("empty");
    const kind = difference.field === "kind" ? KINDS.find((one) => one === text) : undefined;
    if (kind !== undefined) return fields(`kindNames.${kind}`);
    if (difference.field === "comparison") return fields(text === "below" ? "comparisons.below" : "comparisons.above");
    if (difference.field === "enabled") return t(text === "true" ? "on" : "off");
    return text.replaceAll("\n", ", ");
  };
}
