import type { HistoryResolution, HistoryRow, InstanceHistory, SignalHistory } from "@/lib/alerts/backtest/history";
import { type Period, type ReplayTick, replay } from "@/lib/alerts/backtest/replay";
import { LINES_MAX, mayFire } from "@/lib/alerts/backtest/select-instances";
import { keyOf } from "@/lib/alerts/engine/measure";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

export interface Backtest {
  readonly rule: Rule;
  readonly history: SignalHistory;
  /** The evaluated time; the history may begin before it, so that windows are known at its start. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Backtested {
  /** The five lines that matter most: those that fired, then those that came nearest. */
  readonly series: readonly {
    readonly labels: Labels;
    readonly points: readonly (readonly [number, number | null])[];
  }[];
  readonly seriesLeft: number;
  readonly periods: readonly Period[];
  readonly periodsLeft: number;
  readonly count: { readonly fired: number; readonly instances: number };
  readonly notes: readonly Note[];
}

/** Notes to a back-test: codes, which the page shows in its language. */
export type Note = "minutes" | "trouble-minutes" | "counted" | "instances-left" | "no-history";

/** Two points for each bucket, its least and its greatest: as many as a wide chart has room for. */
const BUCKETS_MAX = 150;
/** More bands than this are a solid block of colour. */
const PERIODS_MAX = 1_000;
/** Reconnects and heartbeat ends are counted over the last ten minutes. */
const COUNTED_OVER_MS = 10 * MINUTE;
/** No poll interval is longer, so that an instance without rows for longer has ended. */
const ENDED_AFTER_MS = 5 * MINUTE;

/** The alerts that a rule would have raised in a stored history, by the same fold that evaluates the present. */
export function backtest({ rule, history, fromMs, toMs }: Backtest): Backtested {
  const instances = history.instances.map((instance) => ({ ...instance, rows: rowsAsRead(instance, history, toMs) }));
  const compared = new Map<string, (readonly [number, number | null])[]>();
  const ticks = ticksOf(rule, instances, history, toMs);
  const { periods, events } = replay({
    rules: [{ ...rule, enabled: true }],
    ticks,
    watch: ({ key, value }, atMs) => {
      const points = compared.get(key) ?? [];
      points.push([atMs, value]);
      compared.set(key, points);
    },
  });
  const shown = periods.filter((period) => period.toMs >= fromMs).map((period) => clip(period, fromMs));
  const fired = events.filter(
    ({ type, alert, atMs }) => type === "alert.firing" && alert.firedMs === atMs && atMs >= fromMs,
  );
  const firing = shown.filter(({ state }) => state === "firing");
  const troubled = new Set(firing.map(({ labels }) => keyOf(rule.id, labels)));
  const lines = linesOf(rule, instances, compared, fromMs).toSorted(
    (a, b) => Number(troubled.has(b.key)) - Number(troubled.has(a.key)) || b.worst - a.worst,
  );
  return {
    series: lines
      .slice(0, LINES_MAX)
      .map(({ labels, points }) => ({ labels, points: decimated(points, fromMs, toMs) })),
    seriesLeft: Math.max(0, lines.length - LINES_MAX),
    periods: shown.slice(0, PERIODS_MAX),
    periodsLeft: Math.max(0, shown.length - PERIODS_MAX),
    count: { fired: fired.length, instances: troubled.size },
    notes: notesOf(history),
  };
}

const clip = (period: Period, fromMs: number): Period => (period.fromMs >= fromMs ? period : { ...period, fromMs });

function notesOf({ resolution, instances, left }: SignalHistory): readonly Note[] {
  const of: Readonly<Record<HistoryResolution, readonly Note[]>> = {
    samples: [],
    minutes: ["minutes"],
    sessions: ["counted"],
    trouble: ["trouble-minutes"],
  };
  return [
    ...of[resolution],
    ...(left > 0 ? (["instances-left"] as const) : []),
    ...(instances.length === 0 ? (["no-history"] as const) : []),
  ];
}

/** Rows as they would have been read at the time: counted in their window, or zero where nothing was worth a row. */
function rowsAsRead(
  instance: InstanceHistory,
  { resolution, seen }: SignalHistory,
  toMs: number,
): readonly HistoryRow[] {
  if (resolution !== "sessions" && resolution !== "trouble") return instance.rows;
  const scope = scopeOf(instance.labels);
  const polls = (seen.find(({ labels }) => scopeOf(labels) === scope)?.rows ?? []).filter(([, , up]) => up === 1);
  if (resolution === "trouble") {
    const known = new Set(instance.rows.map(([atMs]) => Math.floor(atMs / MINUTE)));
    const quiet = polls
      .filter(([atMs]) => !known.has(Math.floor(atMs / MINUTE)))
      .map(([atMs]): HistoryRow => [atMs, 0, 0, 0]);
    return [...instance.rows, ...quiet].toSorted((a, b) => a[0] - b[0]);
  }
  const events = instance.rows.map(([atMs]) => atMs);
  const instants = [...new Set([...polls.map(([atMs]) => atMs), ...events])]
    .filter((atMs) => atMs < toMs)
    .sort((a, b) => a - b);
  return counted(instants, events);
}

/** How many events lie in the window before each instant; both are in the order of time. */
function counted(instants: readonly number[], events: readonly number[]): readonly HistoryRow[] {
  let [first, next] = [0, 0];
  return instants.map((atMs): HistoryRow => {
    while ((events[next] ?? Number.POSITIVE_INFINITY) <= atMs) next += 1;
    while ((events[first] ?? Number.POSITIVE_INFINITY) <= atMs - COUNTED_OVER_MS) first += 1;
    const count = next - first;
    return [atMs, count, count, count];
  });
}

/** The ticks of all brokers and sources in the order of time. Instances that can never have fired are left out. */
function ticksOf(
  rule: Rule,
  instances: readonly InstanceHistory[],
  history: SignalHistory,
  toMs: number,
): readonly ReplayTick[] {
  const ticks = new Map<number, { atMs: number; readings: Reading[]; ended: Labels[] }>();
  const at = (atMs: number) => {
    const known = ticks.get(atMs) ?? { atMs, readings: [], ended: [] };
    ticks.set(atMs, known);
    return known;
  };
  // Lines are fitted to the averages of minutes; thresholds are compared with their extremes.
  const isLine = "overMs" in rule.condition;
  const judgedOf = (row: HistoryRow, before: HistoryRow | null, after: HistoryRow | null) =>
    isLine ? [[row[0], row[3]] as const] : valuesOf(row, before, after);
  const put = (signal: string, { labels, rows }: InstanceHistory) => {
    rows.forEach((row, place) => {
      for (const [atMs, value] of judgedOf(row, rows[place - 1] ?? null, rows[place + 1] ?? null)) {
        at(atMs).readings.push({ signal, labels, value });
      }
    });
  };
  for (const seen of history.seen) put("broker" in seen.labels ? "broker.up" : "jobs.source.up", seen);
  const ended = endsIn(history.seen, toMs);
  for (const instance of instances) {
    const nextMs = ended(instance.labels, instance.rows.at(-1)?.[0] ?? toMs);
    if (!mayHaveFired(rule, instance) && (nextMs === null || rule.condition.kind !== "absent")) continue;
    // The readings of a visibility signal are there already.
    if (rule.signal !== "broker.up" && rule.signal !== "jobs.source.up") put(rule.signal, instance);
    if (nextMs !== null) at(nextMs).ended.push(instance.labels);
  }
  return [...ticks.values()].toSorted((a, b) => a.atMs - b.atMs);
}

/**
 * A row's values in the order in which they came. A minute holds its least and its greatest: unless values fall,
 * the least came first. Both are evaluated, so that any value of a minute breaks a `for`, and a peak counts.
 */
function valuesOf(
  row: HistoryRow,
  before: HistoryRow | null,
  after: HistoryRow | null,
): readonly (readonly [number, number | null])[] {
  const [atMs, least, greatest] = row;
  if (least === null || greatest === null || least === greatest) return [[atMs, greatest]];
  const rises = (before?.[3] ?? row[3] ?? 0) <= (after?.[3] ?? row[3] ?? 0);
  const [first, second] = rises ? [least, greatest] : [greatest, least];
  return [
    [atMs, first],
    [atMs + MINUTE / 2, second],
  ];
}

/** Whether an instance can have fired in its history; of an absence, whether it was unmeasured for long enough. */
function mayHaveFired(rule: Rule, { rows }: InstanceHistory): boolean {
  if (rule.condition.kind !== "absent") return mayFire(rule, extremesOf(rows));
  const thresholds = [rule.warning, rule.critical].filter((threshold) => threshold !== null);
  return rows.some(([, least]) => least === null) || widestGap(rows) > Math.min(...thresholds) * SECOND;
}

function extremesOf(rows: readonly HistoryRow[]): { readonly least: number | null; readonly greatest: number | null } {
  let [least, greatest]: [number | null, number | null] = [null, null];
  for (const [, low, high] of rows) {
    if (low !== null && (least === null || low < least)) least = low;
    if (high !== null && (greatest === null || high > greatest)) greatest = high;
  }
  return { least, greatest };
}

const widestGap = (rows: readonly HistoryRow[]): number =>
  rows.reduce((widest, [atMs], place) => Math.max(widest, atMs - (rows[place - 1]?.[0] ?? atMs)), 0);

/** The first poll of its broker or source without an instance; null while it was there, or nothing was reachable. */
function endsIn(seen: readonly InstanceHistory[], toMs: number): (labels: Labels, lastMs: number) => number | null {
  const polls = new Map(
    seen.map(({ labels, rows }) => [scopeOf(labels), rows.filter(([, , up]) => up === 1).map(([atMs]) => atMs)]),
  );
  return (labels, lastMs) => {
    const later = (polls.get(scopeOf(labels)) ?? []).filter((atMs) => atMs > lastMs + MINUTE && atMs < toMs);
    const last = later.at(-1);
    return last !== undefined && last - lastMs > ENDED_AFTER_MS ? (later[0] ?? null) : null;
  };
}

interface ChartLine {
  readonly key: string;
  readonly labels: Labels;
  readonly points: readonly (readonly [number, number | null])[];
  readonly worst: number;
}

/** What the thresholds are compared with: the values as they were, or what a rate, a forecast or an absence made of them. */
function linesOf(
  rule: Rule,
  instances: readonly InstanceHistory[],
  compared: ReadonlyMap<string, readonly (readonly [number, number | null])[]>,
  fromMs: number,
): readonly ChartLine[] {
  const sign = rule.comparison === "above" ? 1 : -1;
  return instances.map(({ labels, rows }) => {
    const key = keyOf(rule.id, labels);
    const all =
      rule.condition.kind === "value"
        ? rows.flatMap((row, place) => valuesOf(row, rows[place - 1] ?? null, rows[place + 1] ?? null))
        : (compared.get(key) ?? rows.map(([atMs]) => [atMs, 0] as const));
    const points = all.filter(([atMs]) => atMs >= fromMs);
    const worst = points.reduce((most, [, value]) => (value === null ? most : Math.max(most, sign * value)), -Infinity);
    return { key, labels, points, worst };
  });
}

/** At most two points for a bucket: its least and its greatest, where they stood. A bucket without a number is null. */
function decimated(
  points: readonly (readonly [number, number | null])[],
  fromMs: number,
  toMs: number,
): readonly (readonly [number, number | null])[] {
  if (points.length <= 2 * BUCKETS_MAX) return points;
  const stepMs = Math.max(SECOND, (toMs - fromMs) / BUCKETS_MAX);
  const buckets = Map.groupBy(points, ([atMs]) => Math.floor((atMs - fromMs) / stepMs));
  return [...buckets.values()].flatMap((inside) => {
    const measured = inside.filter((point): point is readonly [number, number] => point[1] !== null);
    const first = measured[0];
    if (first === undefined) return inside.slice(0, 1);
    const least = measured.reduce((a, b) => (b[1] < a[1] ? b : a), first);
    const greatest = measured.reduce((a, b) => (b[1] > a[1] ? b : a), first);
    if (least === greatest) return [least];
    return least[0] < greatest[0] ? [least, greatest] : [greatest, least];
  });
}
