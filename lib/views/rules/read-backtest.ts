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

/** The longest range of a back-test; on a longer one a point of the chart would be an hour. */
const SPAN_MS_MAX = 7 * DAY;
/** History that is read before the range, so that windows and the time of `for` are known at its start. */
const BEFORE_MS_MAX = DAY;
/** Reconnects are counted over ten minutes. */
const BEFORE_MS_MIN = 10 * MINUTE;

export interface BacktestRequest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** The back-test for a request over HTTP: throws `Refused` for an empty range or an unknown signal, and ends the range now. */
export async function backtestRule(
  live: Pick<Runtime, "database">,
  rule: Rule,
  request: BacktestRequest,
  nowMs: number,
): Promise<BacktestView> {
  const toMs = Math.min(request.toMs, nowMs);
  if (request.fromMs >= toMs)
    throw new Refused(400, "Bad request", "the span must begin before it ends, and before now");
  const view = await readBacktest(live.database, rule, { ...request, toMs }, () => performance.now());
  if (view === null) throw new Refused(404, "Not found", `no signal ${rule.signal}; /api/v1/signals lists them`);
  return view;
}

/** Evaluates a rule on stored history. `now` is a monotonic clock, ms. null: there is no such signal. */
export async function readBacktest(
  { db }: Pick<Database, "db">,
  rule: Rule,
  request: BacktestRequest,
  now: () => number,
): Promise<BacktestView | null> {
  const began = now();
  const signal = signalNamed(rule.signal);
  if (signal === null) return null;
  const { labels, toMs } = request;
  const fromMs = Math.max(request.fromMs, toMs - SPAN_MS_MAX);
  const history = await readHistory(db, { signal, labels, fromMs: fromMs - beforeMs(rule), toMs }, { rule });
  const result = backtest({ rule, history, fromMs, toMs });
  return {
    signal: signal.name,
    unit: signal.unit,
    fromMs,
    toMs,
    stepMs: stepOf(history.instances),
    series: result.series.map((line) => ({
      labels: { ...line.labels },
      points: line.points.map(([at, value]) => [at, value]),
    })),
    periods: result.periods.map((period) => ({
      labels: { ...period.labels },
      severity: period.severity,
      state: period.state,
      fromMs: period.fromMs,
      toMs: period.toMs,
    })),
    count: { ...result.count },
    limits: {
      resolution: history.resolution,
      instances: history.instances.length,
      instancesLeft: history.left,
      seriesLeft: result.seriesLeft,
      periodsLeft: result.periodsLeft,
      notes: [...result.notes, ...(fromMs > request.fromMs ? (["span-cut"] as const) : [])],
    },
    tookMs: Math.round(now() - began),
  };
}

function beforeMs({ condition, forMs }: Rule): number {
  const overMs = "overMs" in condition ? condition.overMs : 0;
  return Math.min(BEFORE_MS_MAX, Math.max(BEFORE_MS_MIN, overMs) + forMs);
}

/** The median interval between two rows of the instance with the most rows. */
function stepOf(instances: readonly InstanceHistory[]): number {
  const most = instances.reduce<InstanceHistory["rows"]>((a, { rows }) => (rows.length > a.length ? rows : a), []);
  const gaps = most.slice(1).map(([atMs], at) => atMs - (most[at]?.[0] ?? atMs));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? MINUTE;
}
