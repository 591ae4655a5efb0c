import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** A level over the last minutes, and how fast it changes. */
export interface Growth {
  readonly points: readonly { readonly atMs: number; readonly level: number }[];
  /** More (or fewer) per minute over the window; null until half a minute has been seen. */
  readonly perMinute: number | null;
}

export const NO_GROWTH: Growth = { points: [], perMinute: null };

/** A growth rate over less than half a minute is noise; over more than five it is history. */
const WINDOW_MS = 5 * MINUTE;
const SPAN_MIN_MS = 30 * SECOND;
/** A poll a second fills the window with this many. */
const POINTS_MAX = 300;

/** Adds one poll's level (null: not measured, nothing changes). Sources polled slower keep the poll before. */
export function grow(before: Growth | undefined, level: number | null, nowMs: number): Growth {
  if (level === null) return before ?? NO_GROWTH;
  const known = before?.points ?? [];
  const inWindow = known.filter((point) => point.atMs > nowMs - WINDOW_MS);
  const points = [...(inWindow.length > 0 ? inWindow : known.slice(-1)), { atMs: nowMs, level }].slice(-POINTS_MAX);
  const first = points[0];
  const span = first ? nowMs - first.atMs : 0;
  return { points, perMinute: first && span >= SPAN_MIN_MS ? ((level - first.level) * MINUTE) / span : null };
}

/** How a backlog goes on if it goes on as it does. */
export type Drain =
  | { readonly is: "empty" }
  | { readonly is: "draining"; readonly seconds: number }
  | { readonly is: "growing" }
  | { readonly is: "steady" }
  | { readonly is: "unknown"; readonly because: "not-counted" | "too-soon" };

/** Slower than a thousandth of the level a minute is half a day and more: nobody waits for that. */
const STEADY_SHARE = 0.001;
/** Two samples of the same backlog differ by a few per cent, and so seem to move. */
const ESTIMATE_SHARE = 0.1;

/**
 * When a backlog will be empty, from its level and growth: a straight line, no more. `seconds` only while it falls.
 * With estimated counts a change of less than a tenth over the window counts as none.
 */
export function drainOf(level: number | null, growth: Growth, countsAre: "exact" | "estimated"): Drain {
  if (level === null) return { is: "unknown", because: "not-counted" };
  if (level === 0) return { is: "empty" };
  const { perMinute, points } = growth;
  if (perMinute === null) return { is: "unknown", because: "too-soon" };
  const moved = Math.abs(level - (points[0]?.level ?? level));
  const noise = countsAre === "estimated" ? ESTIMATE_SHARE * level : 0;
  if (moved <= noise || Math.abs(perMinute) < STEADY_SHARE * level) return { is: "steady" };
  if (perMinute > 0) return { is: "growing" };
  return { is: "draining", seconds: Math.round((level / -perMinute) * 60) };
}
