import { MINUTE } from "@/lib/base/time/duration";

/** One measured value: [epoch ms, value]. */
export type Point = readonly [atMs: number, value: number];

/** Points of one window: more points give the same line, and this bounds memory. */
const POINTS_MAX = 60;
/** There is no line before points span this share of the window. */
const KNOWN_SHARE = 0.5;

export interface LinearFit {
  /** The newest point as measured. */
  readonly now: number;
  /** The value of the line at the newest point. */
  readonly at: number;
  readonly perMinute: number;
}

/**
 * Adds a point to a window. Points older than the window are dropped; of two points closer than a sixtieth of it only
 * the newer remains. A point that is not newer than the last (a clock set back) begins the window anew.
 */
export function addPoint(points: readonly Point[], point: Point, overMs: number): readonly Point[] {
  const [atMs] = point;
  const last = points.at(-1);
  if (last !== undefined && atMs <= last[0]) return [point];
  let first = 0;
  while (first < points.length && (points[first]?.[0] ?? atMs) < atMs - overMs) first += 1;
  const before = points.length - first >= 2 ? points.at(-2) : undefined;
  const crowded = before !== undefined && last !== undefined && last[0] - before[0] < overMs / POINTS_MAX;
  const known = points.slice(first, crowded ? -1 : undefined);
  known.push(point);
  return known;
}

/** The least-squares line through a window; null while it spans less than half of it, or is one point. */
export function fitLine(points: readonly Point[], overMs: number): LinearFit | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last[0] - first[0] < overMs * KNOWN_SHARE) return null;
  const [lastMs, now] = last;
  // Relative to the newest point, in minutes: squares of epoch milliseconds would lose their last digits.
  let [x, y] = [0, 0];
  for (const [atMs, value] of points) {
    x += (atMs - lastMs) / MINUTE / points.length;
    y += value / points.length;
  }
  let [spread, together] = [0, 0];
  for (const [atMs, value] of points) {
    const away = (atMs - lastMs) / MINUTE - x;
    spread += away * away;
    together += away * (value - y);
  }
  if (spread === 0) return null;
  const perMinute = together / spread;
  return { now, at: y - perMinute * x, perMinute };
}
