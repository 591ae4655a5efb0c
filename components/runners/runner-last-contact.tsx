"use client";

import { useTranslations } from "next-intl";
import { Empty } from "@/components/panels/empty";
import { Strip } from "@/components/runners/strip";
import { StateWord } from "@/components/ui/state-word";
import { RUNNER_TONE } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import type { PanelView } from "@/lib/views/panels/schema";
import type { RunnerView } from "@/lib/views/runners/schema";

const SHOWN_MAX = 12;
const HELD_MAX = 3;
/** One strip per runner: the time since its last contact against its limit, and the jobs that it holds. */
export function RunnerLastContact({ view }: { readonly view: PanelView }) {
  const t = useTranslations("panel");
  if (view.runners.length === 0) return <Empty>{t("emptyRunners")}</Empty>;
  const more = view.runners.length - SHOWN_MAX;
  return (
    <>
      <ul className="flex flex-col gap-3">
        {view.runners.slice(0, SHOWN_MAX).map((runner) => (
          <LastContact key={runner.id} runner={runner} />
        ))}
      </ul>
      {more > 0 ? <p className="mt-2 text-13 text-quiet">{t("moreRunners", { n: more })}</p> : null}
    </>
  );
}

function LastContact({ runner }: { readonly runner: RunnerView }) {
  const t = useTranslations("panel");
  const states = useTranslations("state");
  const { span } = useWords();
  const tone = RUNNER_TONE[runner.state];
  const held = runner.holding.slice(0, HELD_MAX).map((job) => job.type);
  return (
    <li>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold">{runner.name}</span>
        <span className="text-12 text-quiet">{runner.source}</span>
        <StateWord tone={tone}>{states(runner.state)}</StateWord>
        <span className="ml-auto text-13">
          {runner.silenceSeconds === null ? t("contactNever") : t("contactNow", { span: span(runner.silenceSeconds) })}
        </span>
      </div>
      <Strip runner={runner} />
      <p className="text-12 text-quiet">
        {t("holding", { n: runner.jobsRunning, jobs: held.join(", ") })}
        {runner.limitSeconds === null ? null : ` · ${t("contactLimit", { span: span(runner.limitSeconds) })}`}
      </p>
    </li>
  );
}
