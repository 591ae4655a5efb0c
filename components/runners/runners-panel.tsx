"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Empty } from "@/components/panels/empty";
import { RunnerRows } from "@/components/runners/runner-rows";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import { StateWord } from "@/components/ui/state-word";
import { RUNNER_TONE } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import { runnersQuery } from "@/lib/views/runners/query";
import type { RunnersView, RunnerView } from "@/lib/views/runners/schema";

type State = RunnerView["state"];

/** The worst state first, as in the list. */
const STATES: readonly State[] = ["silent", "stuck", "missing", "deaf", "bouncing", "late", "unknown", "ok", "idle"];
const TROUBLED: readonly State[] = ["silent", "stuck", "missing", "deaf", "bouncing", "late"];

/** Every runner of every source, the worst state first. */
export function RunnersPanel() {
  const t = useTranslations("runners");
  const query = useQuery({ ...runnersQuery(), ...usePauseable() });
  return (
    <QueryResult query={query} what={t("title")} height={400}>
      {(view) => <RunnersPage view={view} />}
    </QueryResult>
  );
}

export function RunnersPage({ view }: { readonly view: RunnersView }) {
  const t = useTranslations("runners");
  const [state, setState] = useState<State | null>(null);
  const [text, setText] = useState("");
  const named = view.items.filter((one) => one.name.toLowerCase().includes(text.toLowerCase()));
  const rows = named.filter((one) => state === null || one.state === state);
  return (
    <>
      <Verdict view={view} />
      {view.total === 0 ? null : (
        <>
          <search aria-label={t("list")} className="mb-3 flex flex-wrap items-center gap-2">
            <States runners={named} chosen={state} choose={setState} />
            <input
              type="search"
              aria-label={t("search")}
              placeholder={t("search")}
              value={text}
              maxLength={200}
              onChange={({ target }) => setText(target.value)}
              className="min-h-8 w-64 max-w-full rounded-6 border border-line bg-ground px-2 text-13"
            />
          </search>
          {rows.length === 0 ? <Empty>{t("noMatch")}</Empty> : <RunnerRows runners={rows} />}
        </>
      )}
    </>
  );
}

/** A runner that left without a job may have been stopped on purpose: it is shown, but does not count as a problem. */
const isTrouble = (runner: RunnerView): boolean => TROUBLED.includes(runner.state) && runner.because !== "gone-idle";

function Verdict({ view }: { readonly view: RunnersView }) {
  const t = useTranslations("runners");
  const troubled = view.items.filter(isTrouble).length;
  const there = view.items.filter((one) => one.state !== "missing").length;
  const short = view.sources.filter((one) => one.expected !== null && one.present < one.expected);
  const critical = view.items.some((one) => RUNNER_TONE[one.state] === "critical");
  const ink = critical ? "text-critical" : troubled + short.length > 0 ? "text-warning" : "";
  return (
    <section aria-label={t("title")} className="mb-4">
      <h1 aria-live="polite" className={`text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${ink}`}>
        {view.total === 0
          ? t("none")
          : troubled > 0
            ? t("troubled", { troubled, n: view.total })
            : t("calm", { n: there })}
      </h1>
      {view.sources.map((one) => (
        <p key={one.source} className={short.includes(one) ? "text-warning" : "text-quiet"}>
          {one.expected === null
            ? t("strength", { source: one.source, present: one.present, missing: one.missing })
            : t("short", { source: one.source, present: one.present, expected: one.expected })}
        </p>
      ))}
    </section>
  );
}

function States(props: {
  readonly runners: readonly RunnerView[];
  readonly chosen: State | null;
  readonly choose: (state: State | null) => void;
}) {
  const t = useTranslations("runners");
  const states = useTranslations("state");
  const { number } = useWords();
  const chip =
    "min-h-8 rounded-6 border border-line px-2 text-13 hover:bg-raised aria-pressed:border-ink aria-pressed:bg-raised";
  const counts = Map.groupBy(props.runners, (one) => one.state);
  return (
    <>
      <button type="button" className={chip} aria-pressed={props.chosen === null} onClick={() => props.choose(null)}>
        {t("all")} <b className="font-semibold">{number(props.runners.length)}</b>
      </button>
      {STATES.map((state) => {
        const n = counts.get(state)?.length ?? 0;
        if (n === 0 && props.chosen !== state) return null;
        return (
          <button
            key={state}
            type="button"
            className={chip}
            aria-pressed={props.chosen === state}
            onClick={() => props.choose(props.chosen === state ? null : state)}
          >
            <StateWord tone={RUNNER_TONE[state]}>{states(state)}</StateWord>{" "}
            <b className="font-semibold">{number(n)}</b>
          </button>
        );
      })}
    </>
  );
}
