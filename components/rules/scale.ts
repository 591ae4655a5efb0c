import type { RuleItem } from "@/lib/views/rules/schema";

/** The lines that can be moved. */
export const LINES = ["warning", "critical", "clear"] as const;
export type LineName = (typeof LINES)[number];

/** The ends of the value axis. `bottom` is 0, or below it where values may be. */
export interface ValueAxis {
  readonly bottom: number;
  readonly top: number;
}

/** Room beyond the outermost of what is drawn, so that a line can be moved past it. */
const HEADROOM = 1.25;
/** A limit further out than this many times the rest would press everything else onto the zero line. */
const REACH = 4;
/** Where values may be on either side of zero, a side on which there is nothing still has room for a line. */
const ROOM = 1 / 4;
/** One press of an arrow key moves a line by about a hundredth of the picture. */
const STEPS = 100;
const TICKS_MAX = 5;

/**
 * The value axis: around the data and the limits near it. A limit far beyond both is drawn at the edge and does not
 * stretch the picture. `signed`: the values may be below zero though none was. Never of no height.
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

/** How far one side of zero goes; 0 where there is nothing on it. */
function reachOf(furthest: number, limits: readonly number[]): number {
  const [least = 0, ...others] = limits.filter((limit) => limit > 0).toSorted((a, b) => a - b);
  const near = Math.max(furthest, least);
  const reached = others.filter((limit) => limit <= REACH * near);
  return Math.max(0, near, ...reached) * HEADROOM;
}

const heightIn = ({ bottom, top }: ValueAxis): number => top - bottom;

/** The step of arrow keys and of dragging, of 1, 2 or 5 and a power of ten. Numbers of things have no parts. */
export function stepOf(axis: ValueAxis, unit: RuleItem["unit"]): number {
  const step = roundAbove(heightIn(axis) / STEPS);
  return unit === "per-minute" ? step : Math.max(1, step);
}

/** Round numbers to write at the axis, zero among them. */
export function ticksOf(axis: ValueAxis): readonly number[] {
  const step = roundAbove(heightIn(axis) / TICKS_MAX);
  const [first, last] = [Math.ceil(axis.bottom / step), Math.floor(axis.top / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => rounded((first + at) * step, step));
}

/** The least of 1, 2 and 5 times a power of ten that is not below a number, but for the dust of binary fractions. */
function roundAbove(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => one >= least * 0.999) ?? least;
}

/** The value at a height of the picture, px from its upper edge, rounded to a step and kept on the axis. */
export function valueAt(y: number, height: number, axis: ValueAxis, step: number): number {
  const share = 1 - Math.min(1, Math.max(0, y / height));
  return rounded(axis.bottom + share * heightIn(axis), step);
}

/** How far below the upper edge a value is drawn, px; what is beyond the axis stands at its edge. */
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

/** Where a key moves a line to, as ARIA has it for sliders; null for any other key. Past zero only where values may be. */
export function movedBy(key: string, value: number, axis: ValueAxis, step: number): number | null {
  if (key === "Home") return rounded(axis.bottom, step);
  if (key === "End") return rounded(axis.top, step);
  const steps = MOVES[key];
  if (steps === undefined) return null;
  const moved = rounded(value + steps * step, step);
  return axis.bottom < 0 ? moved : Math.max(0, moved);
}

/** Without the dust that binary fractions leave: 0.1 + 0.2 is 0.3 here, and there is one zero. */
const rounded = (value: number, step: number): number => Number((Math.round(value / step) * step).toPrecision(12)) + 0;
