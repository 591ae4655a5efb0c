/** One measured value: [epoch ms, value]. */
export type Point = readonly [atMs: number, value: number];

/** Points kept of one window: a line through more is the same line, and memory is bounded by it. */
export const POINTS_MAX = 60;
/** A window that is known for less than this share of it says nothing yet. */
const KNOWN_SHARE = 0.5;

export interface Line {
  /** The newest point as measured. */
  readonly now: number;
  /** Where the line stands at the newest point. */
  readonly at: number;
  readonly perMinute: number;
}

const MINUTE = 60_000;

/**
 * Adds a point to a window. Points older than the window go; two that are closer than a sixtieth of it are one, the
 * newer. A point that is not newer than the last (a clock set back) begins the window anew.
 */
export function remember(points: readonly Point[], point: Point, overMs: number): readonly Point[] {
  const [atMs] = point;
  const last = points.at(-1);
  if (last !== undefined && atMs <= last[0]) return [point];
  const known = points.filter(([at]) => at >= atMs - overMs);
  const before = known.at(-2);
  const crowded = before !== undefined && (known.at(-1)?.[0] ?? atMs) - before[0] < overMs / POINTS_MAX;
  return [...(crowded ? known.slice(0, -1) : known), point].slice(-POINTS_MAX - 1);
}

/** The least-squares line through a window; null while it spans less than half of it, or is one point. */
export function lineThrough(points: readonly Point[], overMs: number): Line | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last[0] - first[0] < overMs * KNOWN_SHARE) return null;
  // Minutes before the newest point: epoch milliseconds squared would lose their last digits.
  const minutes = points.map(([at]) => (at - last[0]) / MINUTE);
  const x = mean(minutes);
  const y = mean(points.map(([, value]) => value));
  const spread = sum(minutes.map((minute) => (minute - x) ** 2));
  if (spread === 0) return null;
  const perMinute = sum(points.map(([, value], at) => ((minutes[at] ?? x) - x) * (value - y))) / spread;
  return { now: last[1], at: y - perMinute * x, perMinute };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
