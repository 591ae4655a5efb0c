"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Remedies } from "@/components/jobs/remedies";
import { useJobWords } from "@/components/jobs/trouble-words";
import { StateWord } from "@/components/ui/state-word";
import { SOURCE_TONE } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import type { JobsRow, JobsView, SourceView } from "@/lib/views/jobs/schema";
import { rulesOfLine } from "@/lib/views/overview/line-properties";

/** The table below lists all of them. */
const LINES_MAX = 5;

const isBlind = (row: JobsRow): boolean => row.state !== "ok" && row.state !== "starting";

/** One sentence on whether every queue processes its jobs, then the worst troubles with their remedies. */
export function JobsVerdict({ view }: { readonly view: JobsView }) {
  const t = useTranslations("jobs");
  const words = useWords();
  const troubled = view.items.filter((row) => row.troubles.length > 0 && !isBlind(row));
  const blind = view.sources.filter((one) => one.state !== "ok" && one.state !== "starting");
  const critical = troubled.some((row) => row.troubles.some((one) => one.severity === "critical"));
  const ink = critical ? "text-critical" : troubled.length + blind.length > 0 ? "text-warning" : "";
  return (
    <section aria-label={t("worst")} className="mb-6">
      <h1 aria-live="polite" className={`text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${ink}`}>
        <Sentence view={view} troubled={troubled.length} blind={blind.length} />
      </h1>
      <Totals rows={view.items} />
      <ol className="mt-3 flex flex-col">
        {blind.map(({ source, state, reason }) => (
          <li key={source} className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1 text-16">
            <SourceState state={state} />
            <span className="min-w-0 break-words">
              <SourceLink source={source}>{source}</SourceLink> · {t("unread", { because: words.reasonText(reason) })}
            </span>
          </li>
        ))}
      </ol>
      {view.sources.map((one) => (
        <SourceTroubles key={one.source} source={one} />
      ))}
      <TroubleLines rows={troubled} />
    </section>
  );
}

/** Troubles of a source as a whole, with their remedies. Failed reads are reported elsewhere and omitted here. */
export function SourceTroubles({ source }: { readonly source: SourceView }) {
  const t = useTranslations("jobs");
  const rules = useTranslations("ruleSources");
  const { clock } = useWords();
  const shown = source.troubles.filter(({ rule }) => !rulesOfLine("source-blind").includes(rule));
  if (shown.length === 0) return null;
  return (
    <ol className="flex flex-col">
      {shown.map((one) => (
        <li key={one.rule} className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1 text-16">
          <SeverityWord severity={one.severity} />
          <span className="min-w-0 flex-1 break-words">
            <SourceLink source={source.source}>{source.source}</SourceLink> ·{" "}
            {rules.has(one.rule) ? rules(one.rule, { clock: clock(one.sinceMs) }) : t("otherRule", { rule: one.rule })}
            <Remedies troubles={[one]} />
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The worst queues, each with its troubles and their remedies. */
export function TroubleLines({ rows }: { readonly rows: readonly JobsRow[] }) {
  const t = useTranslations("jobs");
  return (
    <>
      <ol className="flex flex-col">
        {rows.slice(0, LINES_MAX).map((row) => (
          <Line key={`${row.source}/${row.queue}`} row={row} />
        ))}
      </ol>
      {rows.length > LINES_MAX ? (
        <p className="mt-1 text-13 text-quiet">{t("more", { n: rows.length - LINES_MAX })}</p>
      ) : null}
    </>
  );
}

function Sentence(props: { readonly view: JobsView; readonly troubled: number; readonly blind: number }) {
  const t = useTranslations("jobs");
  const { view, troubled, blind } = props;
  const n = view.items.filter((row) => row.state === "ok").length;
  if (view.sources.length === 0) return t("none");
  if (troubled > 0) return t("troubled", { troubled, n });
  if (blind > 0) return t("blind", { n: blind });
  return n === 0 ? t("starting") : t("calm", { n });
}

/** Totals of all readable queues. A value that no queue reports is shown as a dash. */
function Totals({ rows }: { readonly rows: readonly JobsRow[] }) {
  const t = useTranslations("jobs");
  const words = useJobWords();
  const shown = rows.filter((row) => row.state === "ok");
  if (shown.length === 0) return null;
  const countsAre = shown.some((row) => row.countsAre === "estimated") ? "estimated" : "exact";
  const sum = (of: (row: JobsRow) => number | null): string => {
    const known = shown.map(of).filter((value) => value !== null);
    return words.count(known.length === 0 ? null : known.reduce((all, one) => all + one, 0), { countsAre });
  };
  return (
    <p className="text-quiet">
      {t("totals", {
        due: sum((row) => row.retry.due),
        later: sum((row) => row.retry.later),
        waiting: sum((row) => row.waiting.count),
        running: sum((row) => row.counts.running),
      })}
    </p>
  );
}

function Line({ row }: { readonly row: JobsRow }) {
  const t = useTranslations("jobs");
  const words = useJobWords();
  const [worst] = row.troubles;
  if (worst === undefined) return null;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1 text-16">
      <SeverityWord severity={worst.severity} />
      <span className="min-w-0 flex-1 break-words">
        <SourceLink source={row.source}>{`${row.source}/${row.queue}`}</SourceLink> · {words.trouble(row, worst)}
        {row.cause === null ? "" : ` · ${t(`cause.${row.cause}`)}`}
        <Remedies troubles={row.troubles} />
      </span>
    </li>
  );
}

export function SeverityWord({ severity }: { readonly severity: "warning" | "critical" }) {
  const t = useTranslations("queues");
  return <StateWord tone={severity}>{t(`severities.${severity}`)}</StateWord>;
}

export function SourceState({ state }: { readonly state: JobsRow["state"] }) {
  const t = useTranslations("jobs");
  const states = useTranslations("state");
  return <StateWord tone={SOURCE_TONE[state]}>{state === "ok" ? t("well") : states(state)}</StateWord>;
}

export function SourceLink({ source, children }: { readonly source: string; readonly children: string }) {
  return (
    <Link href={`/jobs/${encodeURIComponent(source)}`} className="font-semibold break-all hover:underline">
      {children}
    </Link>
  );
}
