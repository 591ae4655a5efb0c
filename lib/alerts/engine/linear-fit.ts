import { MINUTE } from "@/lib/base/time/duration";

/** One measured value: [epoch ms, value]. */
export type Point = readonly [atMs: number, value: number];

/** Points kept of one window: a line through more is the same line, and memory is bounded by it. */
const POINTS_MAX = 60;
/** A window that is known for less than this share of it says nothing yet. */
const KNOWN_SHARE = 0.5;

export interface LinearFit {
  /** The newest point as measured. */
  readonly now: number;
  /** Where the line stands at the newest point. */
  readonly at: number;
  readonly perMinute: number;
}

/**
 * Adds a point to a window. Points older than the window go; two that are closer than a sixtieth of it are one, the
 * newer. A point that is not newer than the last (a clock set back) begins the window anew.
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
  // From the newest point on, in minutes: epoch milliseconds squared would lose their last digits.
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
