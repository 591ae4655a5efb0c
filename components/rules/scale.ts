import type { RuleItem } from "@/lib/views/rules/schema";

/** The movable lines. */
export const LINES = ["warning", "critical", "clear"] as const;
export type LineName = (typeof LINES)[number];

/** The ends of the value axis. `bottom` is 0, or negative if values may be. */
export interface ValueAxis {
  readonly bottom: number;
  readonly top: number;
}

/** Headroom beyond the outermost value, so that a line can be moved past it. */
const HEADROOM = 1.25;
/** A limit more than this many times larger than the rest would flatten everything else onto the zero line. */
const REACH = 4;
/** If values may have either sign, an empty side of zero has this share of the other side, as room for a line. */
const ROOM = 1 / 4;
/** One press of an arrow key moves a line by about a hundredth of the axis. */
const STEPS = 100;
const TICKS_MAX = 5;

/**
 * The value axis covers the data and the limits near it. A limit far beyond both is drawn at the edge and does not
 * stretch the axis. `signed`: values may be negative even if none is. The length of the axis is never 0.
 */
export function axisOf(
  data: { readonly least: number; readonly greatest: number },
  limits: readonly number[],
  signed: boolean,
): ValueAxis {
  const up = reachOf(data.greatest, limits);
  const below = limits.map((limit) => -limit);
  const down = reachOf(-data.least, below);
  const widest = Math.max(up, down) || 1;
  const room = signed || down > 0 ? widest * ROOM : 0;
  return { bottom: 0 - Math.max(down, room), top: Math.max(up, room, down === 0 ? widest : 0) };
}

/** The length of the axis on one side of zero; 0 if that side is empty. */
function reachOf(furthest: number, limits: readonly number[]): number {
  const [least = 0, ...others] = limits.filter((limit) => limit > 0).toSorted((a, b) => a - b);
  const near = Math.max(furthest, least);
  const reached = others.filter((limit) => limit <= REACH * near);
  return Math.max(0, near, ...reached) * HEADROOM;
}

const heightIn = ({ bottom, top }: ValueAxis): number => top - bottom;

/** The step of arrow keys and dragging: 1, 2 or 5 times a power of ten. Counts have integer steps. */
export function stepOf(axis: ValueAxis, unit: RuleItem["unit"]): number {
  const step = roundAbove(heightIn(axis) / STEPS);
  return unit === "per-minute" ? step : Math.max(1, step);
}

/** Round tick values, including zero. */
export function ticksOf(axis: ValueAxis): readonly number[] {
  const step = roundAbove(heightIn(axis) / TICKS_MAX);
  const [first, last] = [Math.ceil(axis.bottom / step), Math.floor(axis.top / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => rounded((first + at) * step, step));
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below a number, within floating-point error. */
function roundAbove(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => one >= least * 0.999) ?? least;
}

/** The value at `y` px below the top of the chart, rounded to a step and clamped to the axis. */
export function valueAt(y: number, height: number, axis: ValueAxis, step: number): number {
  const share = 1 - Math.min(1, Math.max(0, y / height));
  return rounded(axis.bottom + share * heightIn(axis), step);
}

/** The distance of a value from the top of the chart, px; a value beyond the axis is drawn at its edge. */
export const heightOf = (value: number, height: number, axis: ValueAxis): number =>
  (1 - Math.min(1, Math.max(0, (value - axis.bottom) / heightIn(axis)))) * height;

const PAGE = 10;
const MOVES: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: PAGE,
  PageDown: -PAGE,
};

/** The value after a key press, as ARIA specifies for sliders; null for any other key. Negative only if the axis is. */
export function movedBy(key: string, value: number, axis: ValueAxis, step: number): number | null {
  if (key === "Home") return rounded(axis.bottom, step);
  if (key === "End") return rounded(axis.top, step);
  const steps = MOVES[key];
  if (steps === undefined) return null;
  const moved = rounded(value + steps * step, step);
  return axis.bottom < 0 ? moved : Math.max(0, moved);
}

/** Removes floating-point error: 0.1 + 0.2 is 0.3, and -0 is 0. */
const rounded = (value: number, step: number): number => Number((Math.round(value / step) * step).toPrecision(12)) + 0;
