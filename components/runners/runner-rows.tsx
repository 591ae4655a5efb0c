"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { Remedies } from "@/components/jobs/remedies";
import { Strip } from "@/components/runners/strip";
import { useNow } from "@/components/ui/now";
import { StateWord } from "@/components/ui/state-word";
import { RUNNER_TONE } from "@/components/ui/tones";
import { WindowedTable } from "@/components/ui/windowed-table";
import { useWords } from "@/components/ui/words";
import type { RunnerView } from "@/lib/views/runners/schema";

const HELD_MAX = 2;

/** Runners, the worst state first. */
export function RunnerRows({ runners }: { readonly runners: readonly RunnerView[] }) {
  const t = useTranslations("runners");
  const columns = [
    { name: t("state"), width: "w-32" },
    { name: t("runner") },
    { name: t("contact"), width: "w-[28%]" },
    { name: t("holding"), width: "w-[28%]" },
  ];
  return <WindowedTable label={t("list")} columns={columns} rows={runners} keyOf={keyOf} cells={Cells} />;
}

const keyOf = (runner: RunnerView): string => runner.id;

const Cells = memo(function Cells({ row: runner }: { readonly row: RunnerView }) {
  const t = useTranslations("runners");
  const states = useTranslations("state");
  const { clock } = useWords();
  const tone = runner.because === "gone-idle" ? "unknown" : RUNNER_TONE[runner.state];
  return (
    <>
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
    </>
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

/** The jobs that a runner holds and for how long; for a missing runner, the jobs that it held. */
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
