import type { RuleItem } from "@/lib/views/rules";

/** The lines that can be moved. */
export const LINES = ["warning", "critical", "clear"] as const;
export type LineName = (typeof LINES)[number];

/** Room above the highest of what is drawn, so that a line can be moved past it. */
const HEADROOM = 1.25;
/** A limit further up than this many times the rest would press everything else onto the axis. */
const REACH = 4;
/** One press of an arrow key moves a line by about a hundredth of the picture. */
const STEPS = 100;

/**
 * The upper end of the value axis: above the data and the limits near it. A limit far beyond both is drawn at the edge
 * and does not stretch the picture. Never 0.
 */
export function topOf(greatest: number, limits: readonly number[]): number {
  const [least = 0, ...others] = limits.filter((limit) => limit > 0).toSorted((a, b) => a - b);
  const near = Math.max(greatest, least);
  const reached = others.filter((limit) => limit <= REACH * near);
  const top = Math.max(near, ...reached) * HEADROOM;
  return top > 0 ? top : 1;
}

/** The step of arrow keys and of dragging, of 1, 2 or 5 and a power of ten. Numbers of things have no parts. */
export function stepOf(top: number, unit: RuleItem["unit"]): number {
  const rough = top / STEPS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * 0.999) ?? rough;
  return unit === "per-minute" ? step : Math.max(1, step);
}

/** The value at a height of the picture, px from its upper edge, rounded to a step and kept on the axis. */
export function valueAt(y: number, height: number, top: number, step: number): number {
  const share = 1 - Math.min(1, Math.max(0, y / height));
  return rounded(share * top, step);
}

/** How far below the upper edge a value is drawn, px; what is beyond the axis stands at its edge. */
export const heightOf = (value: number, height: number, top: number): number =>
  (1 - Math.min(1, Math.max(0, value / top))) * height;

const PAGE = 10;
const MOVES: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: PAGE,
  PageDown: -PAGE,
};

/** Where a key moves a line to, as ARIA has it for sliders; null for any other key. */
export function movedBy(key: string, value: number, top: number, step: number): number | null {
  if (key === "Home") return 0;
  if (key === "End") return rounded(top, step);
  const steps = MOVES[key];
  return steps === undefined ? null : Math.max(0, rounded(value + steps * step, step));
}

/** Without the dust that binary fractions leave: 0.1 + 0.2 is 0.3 here. */
const rounded = (value: number, step: number): number => Number((Math.round(value / step) * step).toPrecision(12));
