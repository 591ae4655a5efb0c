"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { CATEGORIES } from "@/components/panels/picture";
import { BacktestChart, nameOf } from "@/components/rules/backtest-chart";
import type { LineName } from "@/components/rules/scale";
import { StateWord } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { ObjectKind } from "@/lib/base/signals/catalogue";
import { BACKTEST_RANGES, type BacktestRange, backtestQuery } from "@/lib/views/rules/query";
import type { BacktestView, RuleForm } from "@/lib/views/rules/schema";

/** Debounce: dragging a line must not start a backtest at every pixel. */
const TRIED_AFTER_MS = 250;
const PERIODS_SHOWN = 8;

/** Backtests a rule on stored history after each change. The last result stays until the next one arrives. */
export function BacktestPanel(props: {
  /** null while a field is invalid: the last result stays. */
  readonly rule: RuleForm | null;
  readonly kind: ObjectKind;
  readonly move: (line: LineName, value: number) => void;
}) {
  const t = useTranslations("ruleEditor");
  const [range, setRange] = useState<BacktestRange>("24h");
  const [drawn, setDrawn] = useState(props.rule);
  if (props.rule !== null && props.rule !== drawn) setDrawn(props.rule);
  const tried = useLater(drawn, TRIED_AFTER_MS);
  const query = useQuery(backtestQuery(tried, range, Date.now));
  return (
    <section aria-labelledby="trial" className="min-w-0" aria-busy={query.isFetching}>
      <div className="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="trial" className="text-16 font-semibold">
          {t("trial")}
        </h2>
        <Ranges range={range} choose={setRange} />
        <span className="text-12 text-quiet">{query.isFetching ? t("trying") : ""}</span>
      </div>
      {query.error === null ? null : (
        <p role="alert" className="text-13 text-critical">
          {t("tryFailed", { message: query.error.message })}
        </p>
      )}
      {query.data === undefined || drawn === null ? null : (
        <Tried view={query.data} rule={drawn} kind={props.kind} move={props.move} />
      )}
    </section>
  );
}

/** Debounces a value: returns it once it has not changed for `afterMs`. */
function useLater<T>(value: T, afterMs: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const due = setTimeout(() => setLater(value), afterMs);
    return () => clearTimeout(due);
  }, [value, afterMs]);
  return later;
}

function Ranges(props: { readonly range: BacktestRange; readonly choose: (range: BacktestRange) => void }) {
  const t = useTranslations("ruleEditor");
  return (
    <fieldset className="flex overflow-hidden rounded-6 border border-line">
      <legend className="sr-only">{t("trialRange")}</legend>
      {BACKTEST_RANGES.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === props.range}
          onClick={() => props.choose(name)}
          className="min-h-6 px-2 text-13 text-quiet hover:bg-raised aria-pressed:bg-raised aria-pressed:font-semibold aria-pressed:text-ink"
        >
          {t(`ranges.${name}`)}
        </button>
      ))}
    </fieldset>
  );
}

function Tried(props: {
  readonly view: BacktestView;
  readonly rule: RuleForm;
  readonly kind: ObjectKind;
  readonly move: (line: LineName, value: number) => void;
}) {
  const { view, rule, kind, move } = props;
  const t = useTranslations("ruleEditor");
  const fired = view.count.fired;
  return (
    <>
      <p role="status" className="mb-1 text-16 font-semibold" data-fired={fired}>
        <Count view={view} kind={kind} />
      </p>
      <BacktestChart view={view} rule={rule} name={rule.signal} move={move} />
      <p className="text-12 text-quiet">{t("lineHint")}</p>
      <Legend view={view} />
      <Limits view={view} />
      <Periods view={view} />
    </>
  );
}

/** "Would have fired 3 times, 42 min in all, for 2 queues." */
function Count({ view, kind }: { readonly view: BacktestView; readonly kind: ObjectKind }) {
  const t = useTranslations("ruleEditor");
  const { span } = useWords();
  const fired = t("fired", { n: view.count.fired });
  if (view.count.fired === 0) return <>{t("firedNever", { fired })}</>;
  const firing = view.periods.filter(({ state }) => state === "firing");
  const seconds = firing.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 1_000, 0);
  const objects = t(`objects.${kind}`, { n: view.count.instances });
  return <>{t("firedFor", { fired, span: span(seconds), objects })}</>;
}

function Legend({ view }: { readonly view: BacktestView }) {
  return (
    <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-12">
      {view.series.map(({ labels }, at) => (
        <li key={JSON.stringify(labels)} className="flex min-w-0 items-center gap-1 text-quiet">
          <span
            aria-hidden="true"
            className="inline-block h-2 w-3 shrink-0"
            style={{ background: CATEGORIES[at % CATEGORIES.length] }}
          />
          <span className="min-w-0 break-all">{nameOf(labels)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The firing periods as text, newest first, for people who cannot use the chart. */
function Periods({ view }: { readonly view: BacktestView }) {
  const t = useTranslations("ruleEditor");
  const states = useTranslations("queues.severities");
  const { moment, span } = useWords();
  const firing = view.periods.filter(({ state }) => state === "firing").toSorted((a, b) => b.fromMs - a.fromMs);
  if (firing.length === 0) return null;
  const more = Math.max(0, firing.length - PERIODS_SHOWN) + view.limits.periodsLeft;
  return (
    <div className="mt-2">
      <h3 className="text-13 font-semibold">{t("periods")}</h3>
      <ul className="text-13">
        {firing.slice(0, PERIODS_SHOWN).map(({ labels, severity, fromMs, toMs }) => (
          <li key={`${fromMs} ${severity} ${JSON.stringify(labels)}`} className="flex flex-wrap gap-x-3">
            <StateWord tone={severity}>{states(severity)}</StateWord>
            <span>{t("period", { from: moment(fromMs), to: moment(toMs) })}</span>
            <span className="text-quiet">{span((toMs - fromMs) / 1_000)}</span>
            <span className="min-w-0 break-all text-quiet">{nameOf(labels)}</span>
          </li>
        ))}
      </ul>
      {more === 0 ? null : <p className="text-12 text-quiet">{t("morePeriods", { n: more })}</p>}
    </div>
  );
}

/** What the backtest could not evaluate, and its resolution. */
function Limits({ view }: { readonly view: BacktestView }) {
  const t = useTranslations("ruleEditor");
  const { span } = useWords();
  const { resolution, notes, instancesLeft, seriesLeft } = view.limits;
  return (
    <ul className="mt-1 text-12 text-quiet">
      {seriesLeft === 0 ? null : <li>{t("moreSeries", { n: seriesLeft })}</li>}
      {notes.map((note) => (
        <li key={note}>{t(`notes.${note}`, { n: instancesLeft })}</li>
      ))}
      <li>{t(`limits.${resolution}`, { step: span(view.stepMs / 1_000), ms: Math.round(view.tookMs) })}</li>
    </ul>
  );
}
