import { MINUTE } from "@/lib/base/time/duration";

/**
 * How a level (messages in a queue, due retries, used memory) grows or falls: the one function behind every rate, time
 * to drain and forecast, on pages, in the API and in alerts.
 *
 * The slope is the median of the slopes between all pairs of levels (Theil-Sen): a few outliers do not move it. It is
 * taken since the last break (a purge, a batch that arrived at once, a restart), and it is known only once it is
 * steady: both halves of that time have the same slope.
 */
export interface Level {
  readonly atMs: number;
  readonly level: number;
}

export interface Trend {
  /** Levels of the window, oldest first. */
  readonly points: readonly Level[];
  /** Growth per minute, negative while it falls, 0 where it is within the noise; null: not known yet. */
  readonly perMinute: number | null;
}

export const NO_TREND: Trend = { points: [], perMinute: null };

/** Older levels do not describe the present; two minutes of them (`STEADY_WITHIN`) are the least that is steady. */
export const TREND_WINDOW_MS = 10 * MINUTE;
/** 190 pairs: 5 microseconds. Two of three outliers in a row still leave the median as it is. */
const POINTS_MAX = 20;
/** Two halves with a slope of their own; they share the level between them. */
const POINTS_MIN = 3;
const STEADY_WITHIN = 0.2;
/** A window that is sampled less often than this has too few levels to be steady. */
const POLLS_IN_WINDOW = 8;

/** A window that a level polled this often fills: a source polled every 15 minutes has one of two hours. */
export const trendWindowMs = (pollIntervalMs: number): number =>
  Math.max(TREND_WINDOW_MS, POLLS_IN_WINDOW * pollIntervalMs);

/** Adds one level; null, not measured, changes nothing. `broke`: the levels before are of another time. */
export function followTrend(
  before: Trend | undefined,
  level: number | null,
  at: { readonly nowMs: number; readonly overMs?: number; readonly broke?: boolean },
): Trend {
  const { nowMs, overMs = TREND_WINDOW_MS, broke = false } = at;
  const known = broke || before === undefined ? NO_TREND : before;
  if (level === null) return known;
  const points = addLevel(known.points, { atMs: nowMs, level }, overMs);
  // The newest level replaced the one before: the slope is computed once for each place of the window.
  const isReplaced = points.length > 1 && points.length === known.points.length && points[0] === known.points[0];
  if (isReplaced && (level !== 0 || known.perMinute === 0)) {
    return { points, perMinute: known.perMinute };
  }
  return { points, perMinute: slopeOf(points, overMs)?.perMinute ?? null };
}

/**
 * Adds a level to a window. Levels older than the window are dropped; of two that are closer than a twentieth of it only
 * the newer remains. One that is not newer than the last (a clock set back) begins the window anew.
 */
export function addLevel(points: readonly Level[], point: Level, overMs: number): readonly Level[] {
  const last = points.at(-1);
  if (last !== undefined && point.atMs <= last.atMs) return [point];
  const before = points.at(-2);
  const crowded = before !== undefined && last !== undefined && last.atMs - before.atMs < overMs / POINTS_MAX;
  const rest = crowded ? points.slice(0, -1) : points;
  return [...rest.filter(({ atMs }) => atMs >= point.atMs - overMs), point];
}

export interface Slope {
  /** The newest level as measured. */
  readonly now: number;
  /** The level of the line at that instant. */
  readonly at: number;
  readonly perMinute: number;
}

/**
 * The steady slope at the end of a window of `overMs`; null where there is none, or where less than `knownShare` of the
 * window has passed since the last break.
 */
export function slopeOf(points: readonly Level[], overMs: number, knownShare = STEADY_WITHIN): Slope | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  let from = Math.max(lastBreak(points), emptySince(points));
  let leastMs = overMs * knownShare;
  // A part of the window is within the noise of the whole: a tooth of a saw is no growth.
  let noise = 0;
  while (points.length - from >= POINTS_MIN && last.atMs - (points[from]?.atMs ?? last.atMs) >= leastMs) {
    const line = lineOf(points.slice(from), noise);
    if (line.slope !== null) return { ...line.slope, now: last.level };
    noise = line.noise;
    from += Math.ceil((points.length - from) / 2);
    leastMs = overMs * STEADY_WITHIN;
  }
  return null;
}

/** A step is a jump when it is this many times as large as the steps beside it. */
const JUMP_FACTOR = 5;

/** The index of the first level after the last jump: a step far larger than its neighbours and than most of the rest. */
function lastBreak(points: readonly Level[]): number {
  const steps = points.slice(1).map(({ level }, at) => Math.abs(level - (points[at]?.level ?? level)));
  const total = steps.reduce((sum, step) => sum + step, 0);
  const isJump = (step: number, at: number): boolean =>
    step > JUMP_FACTOR * Math.max(steps[at - 1] ?? 0, steps[at + 1] ?? 0) && step > (total - step) / 2;
  return steps.findLastIndex(isJump) + 1;
}

/** The slopes of both halves may differ by this share of the whole, or by this many times the noise. */
const STEADY_SHARE = 0.5;
const NOISE_FACTOR = 4;

/** What has come to 0 falls no further: the index of the first level of the zeros at the end; 0 without any. */
const emptySince = (points: readonly Level[]): number =>
  points.at(-1)?.level === 0 ? points.findLastIndex(({ level }) => level !== 0) + 1 : 0;

interface Line {
  /** null: its halves disagree. A slope within the noise is 0. */
  readonly slope: Omit<Slope, "now"> | null;
  readonly noise: number;
}

function lineOf(points: readonly Level[], leastNoise: number): Line {
  const [first] = points;
  if (first === undefined) return { slope: null, noise: 0 };
  if (points.every(({ level }) => level === first.level)) {
    return { slope: { at: first.level, perMinute: 0 }, noise: leastNoise };
  }
  const lastMs = points.at(-1)?.atMs ?? first.atMs;
  const minutes = (lastMs - first.atMs) / MINUTE;
  const perMinute = withinRange(theilSen(points), points, minutes);
  const atLast = (slope: number) => median(points.map((one) => one.level + (slope * (lastMs - one.atMs)) / MINUTE));
  const at = atLast(perMinute);
  const away = points.map((one) => Math.abs(one.level - at + (perMinute * (lastMs - one.atMs)) / MINUTE));
  const noise = Math.max(leastNoise, NOISE_FACTOR * median(away));
  const half = Math.ceil(points.length / 2);
  const apart = Math.abs(theilSen(points.slice(0, half)) - theilSen(points.slice(-half))) * (minutes / 2);
  const change = Math.abs(perMinute) * minutes;
  if (apart > Math.max(noise, STEADY_SHARE * change)) return { slope: null, noise };
  return { slope: change <= noise ? { at: atLast(0), perMinute: 0 } : { at, perMinute }, noise };
}

/** A line changes by no more than the levels it describes: among few points, the median of the slopes can be steeper. */
function withinRange(perMinute: number, points: readonly Level[], minutes: number): number {
  const levels = points.map(({ level }) => level);
  const steepest = (Math.max(...levels) - Math.min(...levels)) / minutes;
  return Math.max(-steepest, Math.min(steepest, perMinute));
}

/** The median slope of all pairs, per minute. By index: this runs for a thousand queues in one poll. */
function theilSen(points: readonly Level[]): number {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (let later = 1; later < points.length; later++) {
    const { level, atMs } = points[later] ?? NOWHERE;
    for (let earlier = 0; earlier < later; earlier++) {
      const from = points[earlier] ?? NOWHERE;
      slopes[count++] = ((level - from.level) * MINUTE) / (atMs - from.atMs);
    }
  }
  return medianOf(slopes);
}

const NOWHERE: Level = { atMs: 0, level: 0 };

const median = (values: readonly number[]): number => medianOf(Float64Array.from(values));

/** Sorts the values. */
function medianOf(values: Float64Array): number {
  values.sort();
  const middle = Math.floor(values.length / 2);
  const upper = values[middle] ?? 0;
  return values.length % 2 === 1 ? upper : (upper + (values[middle - 1] ?? upper)) / 2;
}

/** How a level develops if its slope stays the same. */
export type Drain =
  | { readonly is: "empty" }
  | { readonly is: "draining"; readonly seconds: number }
  | { readonly is: "growing" }
  | { readonly is: "steady" }
  | { readonly is: "unknown"; readonly because: "not-counted" | "too-soon" };

/** Slower than a thousandth of the level a minute means half a day or more: no useful forecast. */
const NO_FORECAST_SHARE = 0.001;
/** Two estimates of the same level differ by a few per cent, which looks like a change. */
const ESTIMATE_SHARE = 0.1;

/**
 * When a level will be 0, by linear extrapolation; `seconds` only while it falls. With estimated counts, a change of less
 * than a tenth over the window counts as none.
 */
export function drainOf(level: number | null, trend: Trend, countsAre: "exact" | "estimated"): Drain {
  if (level === null) return { is: "unknown", because: "not-counted" };
  if (level === 0) return { is: "empty" };
  const { perMinute, points } = trend;
  if (perMinute === null) return { is: "unknown", because: "too-soon" };
  const minutes = ((points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)) / MINUTE;
  const noise = countsAre === "estimated" ? ESTIMATE_SHARE * level : 0;
  if (Math.abs(perMinute) * minutes <= noise || Math.abs(perMinute) < NO_FORECAST_SHARE * level)
    return { is: "steady" };
  if (perMinute > 0) return { is: "growing" };
  return { is: "draining", seconds: Math.round((level / -perMinute) * 60) };
}
