import { MINUTE, SECOND } from "@/lib/base/time/duration";

export interface Level {
  readonly atMs: number;
  readonly level: number;
}

/** A level over the last minutes, and its rate of change. */
export interface Growth {
  readonly points: readonly Level[];
  /** Increase (or decrease, negative) per minute over the window; null until half a minute has been observed. */
  readonly perMinute: number | null;
}

export const NO_GROWTH: Growth = { points: [], perMinute: null };

/** A rate over less than half a minute is noise; levels older than five minutes do not describe the current rate. */
const WINDOW_MS = 5 * MINUTE;
const SPAN_MIN_MS = 30 * SECOND;
/** A poll a second fills the window with this many. */
const POINTS_MAX = 300;

/** The levels of the last five minutes. */
export const recentLevels = (levels: readonly Level[], nowMs: number): readonly Level[] =>
  levels.filter(({ atMs }) => atMs >= nowMs - WINDOW_MS);

/** The change per minute from the first level to the last; null if they are less than half a minute apart. */
export function changePerMinute(levels: readonly Level[]): number | null {
  const [first] = levels;
  const last = levels.at(-1);
  if (first === undefined || last === undefined || last.atMs - first.atMs < SPAN_MIN_MS) return null;
  return ((last.level - first.level) * MINUTE) / (last.atMs - first.atMs);
}

/**
 * Adds one poll's level (null: not measured, nothing changes). With longer poll intervals the previous poll is
 * retained.
 */
export function grow(before: Growth | undefined, level: number | null, nowMs: number): Growth {
  if (level === null) return before ?? NO_GROWTH;
  const earlier = before?.points ?? [];
  const recent = recentLevels(earlier, nowMs);
  const points = [...(recent.length > 0 ? recent : earlier.slice(-1)), { atMs: nowMs, level }].slice(-POINTS_MAX);
  return { points, perMinute: changePerMinute(points) };
}

/** How a backlog develops if its rate of change stays the same. */
export type Drain =
  | { readonly is: "empty" }
  | { readonly is: "draining"; readonly seconds: number }
  | { readonly is: "growing" }
  | { readonly is: "steady" }
  | { readonly is: "unknown"; readonly because: "not-counted" | "too-soon" };

/** Slower than a thousandth of the level a minute means half a day or more: no useful forecast. */
const STEADY_SHARE = 0.001;
/** Two samples of the same backlog differ by a few per cent, which looks like a change. */
const ESTIMATE_SHARE = 0.1;

/**
 * When a backlog will be empty, by linear extrapolation of its level and growth. `seconds` only while it decreases.
 * With estimated counts, a change of less than a tenth over the window counts as none.
 */
export function drainOf(level: number | null, growth: Growth, countsAre: "exact" | "estimated"): Drain {
  if (level === null) return { is: "unknown", because: "not-counted" };
  if (level === 0) return { is: "empty" };
  const { perMinute, points } = growth;
  if (perMinute === null) return { is: "unknown", because: "too-soon" };
  const change = Math.abs(level - (points[0]?.level ?? level));
  const noise = countsAre === "estimated" ? ESTIMATE_SHARE * level : 0;
  if (change <= noise || Math.abs(perMinute) < STEADY_SHARE * level) return { is: "steady" };
  if (perMinute > 0) return { is: "growing" };
  return { is: "draining", seconds: Math.round((level / -perMinute) * 60) };
}
