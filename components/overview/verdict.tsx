"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { Line } from "@/components/overview/line";
import { useNow } from "@/components/ui/now";
import { useWords } from "@/components/ui/words";
import type { OverviewVerdict as Data } from "@/lib/views/overview/schema";

const INK = { ok: "", taken: "", warning: "text-warning", critical: "text-critical", unknown: "text-quiet" } as const;

/** One sentence on whether anything is wrong, where and since when, with at most five lines as evidence. */
export function Verdict({ verdict }: { readonly verdict: Data }) {
  const t = useTranslations("verdict");
  return (
    <section aria-label={t("lines")} className="mb-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <h1
          aria-live="polite"
          className={`text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${INK[verdict.severity]}`}
        >
          <Sentence verdict={verdict} />
        </h1>
        <Since verdict={verdict} />
      </div>
      <Handled verdict={verdict} />
      {verdict.lines.length === 0 ? null : (
        <ol className="mt-3 flex flex-col">
          {verdict.lines.map((line) => (
            <Line key={`${line.kind}${line.subject}`} line={line} />
          ))}
        </ol>
      )}
      {verdict.moreLines > 0 ? <p className="mt-1 text-13 text-quiet">{t("more", { n: verdict.moreLines })}</p> : null}
    </section>
  );
}

function Sentence({ verdict }: { readonly verdict: Data }) {
  const t = useTranslations("verdict");
  const words = useTranslations("handled");
  const format = useFormatter();
  const { clock } = useWords();
  const brokers = verdict.blindBrokers.join(", ");
  if (verdict.state === "calm") return t("calm");
  if (verdict.state === "starting") return t(verdict.configured ? "starting" : "unconfigured");
  if (verdict.state === "taken") return words(verdict.taken.muted === 0 ? "all" : "allMuted");
  if (verdict.state === "blind") return t("blind", { brokers, clock: clock(verdict.sinceMs ?? 0) });
  const clauses = verdict.clauses.map(({ key, n }) => t(key, { n }));
  if (brokers !== "") clauses.unshift(t("unseen", { brokers }));
  if (clauses.length === 0) {
    return t("blindSource", { sources: verdict.blindSources.join(", "), clock: clock(verdict.sinceMs ?? 0) });
  }
  return t("sentence", { text: format.list(clauses, { type: "conjunction" }) });
}

/** The number of acknowledged and muted lines. */
function Handled({ verdict: { state, taken } }: { readonly verdict: Data }) {
  const t = useTranslations("handled");
  const { acknowledged, muted } = taken;
  const beside = state !== "taken";
  const parts = [
    ...(acknowledged > 0 ? [t(beside ? "moreAcknowledged" : "acknowledged", { n: acknowledged })] : []),
    ...(muted > 0 ? [t(beside && acknowledged === 0 ? "moreMuted" : "muted", { n: muted })] : []),
  ];
  const [first, second] = parts;
  if (first === undefined) return null;
  return (
    <p className="mt-1 text-16 text-quiet" data-taken>
      <Link href="/alerts" className="underline">
        {second === undefined ? first : t("both", { a: first, b: second })}
      </Link>
    </p>
  );
}

function Since({ verdict }: { readonly verdict: Data }) {
  const t = useTranslations("verdict");
  const words = useTranslations("handled");
  const now = useNow();
  const { clock, span, full } = useWords();
  if (verdict.state === "calm") {
    if (verdict.provenMs === null || now === null) return null;
    return <p className="text-quiet">{t("calmProof", { span: span((now - verdict.provenMs) / 1_000) })}</p>;
  }
  if (verdict.sinceMs === null) return null;
  return (
    <p className={`text-16 ${INK[verdict.severity]}`} title={full(verdict.sinceMs)}>
      {verdict.state === "taken"
        ? words("since", { clock: clock(verdict.sinceMs) })
        : t("severitySince", { severity: verdict.severity, clock: clock(verdict.sinceMs) })}
    </p>
  );
}
