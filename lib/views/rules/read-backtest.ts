import "server-only";
import { backtest } from "@/lib/alerts/backtest/backtest";
import type { InstanceHistory } from "@/lib/alerts/backtest/history";
import type { Rule } from "@/lib/alerts/model/rule";
import { Refused } from "@/lib/base/errors/refused";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { DAY, MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import type { Database } from "@/lib/storage/database";
import { readHistory } from "@/lib/storage/history/read-history";
import type { BacktestView } from "@/lib/views/rules/schema";

/** As long as an incident is looked for; beyond it a picture has a point for an hour. */
const SPAN_MS_MAX = 7 * DAY;
/** What is read before the span, so that windows and what had to hold are known at its start. */
const BEFORE_MS_MAX = DAY;
/** Reconnects of the last ten minutes are counted. */
const BEFORE_MS_MIN = 10 * MINUTE;

export interface BacktestWanted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** The same for whoever asks over HTTP: refuses a span that is none, and never looks ahead. */
export async function backtestRule(
  live: Pick<Runtime, "database">,
  rule: Rule,
  wanted: BacktestWanted,
  nowMs: number,
): Promise<BacktestView> {
  const toMs = Math.min(wanted.toMs, nowMs);
  if (wanted.fromMs >= toMs)
    throw new Refused(400, "Bad request", "the span must begin before it ends, and before now");
  const view = await readBacktest(live.database, rule, { ...wanted, toMs }, () => performance.now());
  if (view === null) throw new Refused(404, "Not found", `no signal ${rule.signal}; /api/v1/signals lists them`);
  return view;
}

/** What a rule would have said of a stored history. `now` is a steady clock, ms. null: there is no such signal. */
export async function readBacktest(
  { db }: Pick<Database, "db">,
  rule: Rule,
  wanted: BacktestWanted,
  now: () => number,
): Promise<BacktestView | null> {
  const began = now();
  const signal = signalNamed(rule.signal);
  if (signal === null) return null;
  const { labels, toMs } = wanted;
  const fromMs = Math.max(wanted.fromMs, toMs - SPAN_MS_MAX);
  const history = await readHistory(db, { signal, labels, fromMs: fromMs - beforeMs(rule), toMs }, { rule });
  const told = backtest({ rule, history, fromMs, toMs });
  return {
    signal: signal.name,
    unit: signal.unit,
    fromMs,
    toMs,
    stepMs: stepOf(history.instances),
    series: told.series.map((line) => ({
      labels: { ...line.labels },
      points: line.points.map(([at, value]) => [at, value]),
    })),
    periods: told.periods.map((period) => ({
      labels: { ...period.labels },
      severity: period.severity,
      state: period.state,
      fromMs: period.fromMs,
      toMs: period.toMs,
    })),
    count: { ...told.count },
    limits: {
      resolution: history.resolution,
      instances: history.instances.length,
      instancesLeft: history.left,
      seriesLeft: told.seriesLeft,
      periodsLeft: told.periodsLeft,
      notes: [...told.notes, ...(fromMs > wanted.fromMs ? (["span-cut"] as const) : [])],
    },
    tookMs: Math.round(now() - began),
  };
}

function beforeMs({ condition, forMs }: Rule): number {
  const overMs = "overMs" in condition ? condition.overMs : 0;
  return Math.min(BEFORE_MS_MAX, Math.max(BEFORE_MS_MIN, overMs) + forMs);
}

/** The median distance of two rows of the instance with most of them. */
function stepOf(instances: readonly InstanceHistory[]): number {
  const most = instances.reduce<InstanceHistory["rows"]>((a, { rows }) => (rows.length > a.length ? rows : a), []);
  const gaps = most.slice(1).map(([atMs], at) => atMs - (most[at]?.[0] ?? atMs));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? MINUTE;
}
