"use client";

import { useTranslations } from "next-intl";
import { memo, type Ref } from "react";
import { Remedies } from "@/components/jobs/remedies";
import { Strip } from "@/components/runners/strip";
import { useNow } from "@/components/ui/now";
import { StateWord } from "@/components/ui/state-word";
import { RUNNER_TONE } from "@/components/ui/tones";
import { Space, useWindowed } from "@/components/ui/windowed";
import { useWords } from "@/components/ui/words";
import type { RunnerView } from "@/lib/views/runners";

/** What a row is taken to be high until it was drawn, px. */
const ROW_PX = 53;
const COLUMNS = 4;
const HELD_MAX = 2;

/** Runners, the most troubled first; only those in the window are in the document. */
export function RunnerRows({ runners }: { readonly runners: readonly RunnerView[] }) {
  const t = useTranslations("runners");
  const { body, drawn, before, after, measure } = useWindowed(runners, keyOf, ROW_PX);
  return (
    <table
      aria-label={t("list")}
      aria-rowcount={runners.length + 1}
      className="w-full table-fixed border-collapse max-sm:block"
    >
      <thead className="max-sm:sr-only">
        <tr aria-rowindex={1} className="text-left text-12 text-quiet">
          <th scope="col" className="w-32">
            {t("state")}
          </th>
          <th scope="col">{t("runner")}</th>
          <th scope="col" className="w-[28%]">
            {t("contact")}
          </th>
          <th scope="col" className="w-[28%]">
            {t("holding")}
          </th>
        </tr>
      </thead>
      <tbody ref={body} className="max-sm:block">
        <Space px={before} columns={COLUMNS} />
        {drawn.map(({ row, index, key }) => (
          <Row key={key} runner={row} at={index} measure={measure} />
        ))}
        <Space px={after} columns={COLUMNS} />
      </tbody>
    </table>
  );
}

const keyOf = (runner: RunnerView): string => runner.id;

const Row = memo(function Row(props: {
  readonly runner: RunnerView;
  readonly at: number;
  readonly measure: Ref<HTMLTableRowElement>;
}) {
  const { runner } = props;
  const t = useTranslations("runners");
  const states = useTranslations("state");
  const { clock } = useWords();
  const tone = runner.because === "gone-idle" ? "unknown" : RUNNER_TONE[runner.state];
  return (
    <tr
      ref={props.measure}
      data-index={props.at}
      aria-rowindex={props.at + 2}
      className="border-t border-line align-top max-sm:grid max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4"
    >
      <td>
        <StateWord tone={tone}>{states(runner.state)}</StateWord>
      </td>
      <td className="min-w-0">
        <span className="font-semibold break-all">{runner.name}</span>
        <span className="block text-12 text-quiet">
          {runner.source} · {t(`because.${runner.because}`)}
          {runner.missingSinceMs === null ? "" : ` · ${t("missingSince", { clock: clock(runner.missingSinceMs) })}`}
        </span>
        <Remedies troubles={runner.troubles} />
      </td>
      <td data-label={t("contact")}>
        <Contact runner={runner} />
        {runner.limitSeconds === null ? null : <Strip runner={runner} />}
      </td>
      <td className="text-13" data-label={t("holding")}>
        <Holding runner={runner} />
      </td>
    </tr>
  );
});

function Contact({ runner }: { readonly runner: RunnerView }) {
  const t = useTranslations("runners");
  const { span } = useWords();
  if (runner.silenceSeconds === null) return <span className="text-quiet">{t("never")}</span>;
  const ago = span(runner.silenceSeconds);
  if (runner.limitSeconds === null) return <span className="text-quiet">{t("ago", { span: ago })}</span>;
  return t("ofLimit", { span: ago, limit: span(runner.limitSeconds) });
}

/** What it holds and since when; of a missing one, what it held. */
function Holding({ runner }: { readonly runner: RunnerView }) {
  const t = useTranslations("runners");
  const now = useNow();
  const { span } = useWords();
  const { holding, jobsRunning } = runner;
  if (jobsRunning === 0) return <span className="text-quiet">{t("holdsNothing")}</span>;
  if (holding.length === 0) return t("heldUnknown", { n: jobsRunning });
  const more = jobsRunning - Math.min(HELD_MAX, holding.length);
  return (
    <ul>
      {holding.slice(0, HELD_MAX).map(({ id, type, startedMs, progress }) => {
        const held = now === null || startedMs === null ? "–" : span((now - startedMs) / 1_000);
        return (
          <li key={id} className="break-words">
            {progress === null ? t("jobSince", { type, span: held }) : t("jobProgress", { type, span: held, progress })}
          </li>
        );
      })}
      {more > 0 ? <li className="text-quiet">{t("holdsMore", { n: more })}</li> : null}
    </ul>
  );
}
