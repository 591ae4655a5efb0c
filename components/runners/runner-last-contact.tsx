"use client";

import { useTranslations } from "next-intl";
import { Empty } from "@/components/panels/empty";
import { StateWord } from "@/components/ui/state-word";
import { RUNNER_TONE } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import type { PanelView } from "@/lib/views/panels";
import type { RunnerView } from "@/lib/views/runners";

const SHOWN_MAX = 12;
const HELD_MAX = 3;
/** Without a limit of its own a strip still needs a length: the one that runners with work have. */
const SCALE_SECONDS = 180;

/** One strip a runner: how long ago it was heard of, against its own limit, and what it holds. */
export function RunnerLastContact({ view }: { readonly view: PanelView }) {
  const t = useTranslations("panel");
  if (view.runners.length === 0) return <Empty>{t("emptyRunners")}</Empty>;
  const more = view.runners.length - SHOWN_MAX;
  return (
    <>
      <ul className="flex flex-col gap-3">
        {view.runners.slice(0, SHOWN_MAX).map((runner) => (
          <Strip key={runner.id} runner={runner} />
        ))}
      </ul>
      {more > 0 ? <p className="mt-2 text-13 text-quiet">{t("moreRunners", { n: more })}</p> : null}
    </>
  );
}

function Strip({ runner }: { readonly runner: RunnerView }) {
  const t = useTranslations("panel");
  const states = useTranslations("state");
  const { span } = useWords();
  const limit = runner.limitSeconds ?? SCALE_SECONDS;
  const share = runner.silenceSeconds === null ? 0 : Math.min(1, runner.silenceSeconds / (limit * 1.25));
  const tone = RUNNER_TONE[runner.state];
  // With nothing to do there is nothing to be heard of: an idle runner's age is said, and is no bar that fills up.
  const measured = runner.limitSeconds !== null || tone === "critical" || tone === "warning";
  const fill =
    tone === "critical" ? "var(--critical-fill)" : tone === "warning" ? "var(--warning-fill)" : "var(--cat-6)";
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
      <div className="relative mt-1 h-2 bg-raised" aria-hidden="true">
        <div className="h-2" style={{ width: `${measured ? share * 100 : 0}%`, background: fill }} />
        {runner.limitSeconds === null ? null : <div className="absolute top-[-3px] left-[80%] h-[14px] w-px bg-ink" />}
      </div>
      <p className="text-12 text-quiet">
        {t("holding", { n: runner.jobsRunning, jobs: held.join(", ") })}
        {runner.limitSeconds === null ? null : ` · ${t("contactLimit", { span: span(runner.limitSeconds) })}`}
      </p>
    </li>
  );
}
