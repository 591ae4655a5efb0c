import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import type { ClientHistory } from "@/lib/views/clients/history-schema";

/** One time axis for all rows. It extends past now to the expected close of the connection. */
export interface TimeAxis {
  readonly fromMs: number;
  readonly nowMs: number;
  readonly toMs: number;
  readonly width: number;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Box {
  readonly x: number;
  readonly width: number;
}

/** The future part is at most this share of the range: the page is about the past. */
const AHEAD_MAX = 0.25;
/** Minimum distance between axis labels. */
const TICK_PX = 96;
const STEPS_MS = [1, 2, 5, 10, 15, 30]
  .map((n) => n * MINUTE)
  .concat(
    [1, 2, 3, 6, 12].map((n) => n * HOUR),
    DAY,
  );

export function axisOf(view: ClientHistory, width: number): TimeAxis {
  const { fromMs, toMs: nowMs } = view;
  const expectedMs = view.client.heartbeat.closeExpectedMs?.to ?? nowMs;
  const toMs = Math.max(nowMs, Math.min(expectedMs, nowMs + (nowMs - fromMs) * AHEAD_MAX));
  return { fromMs, nowMs, toMs, width };
}

/** X position of a time, px; a time outside the axis is clamped to its edge. */
export const xOf = (axis: TimeAxis, ms: number): number =>
  Math.min(1, Math.max(0, (ms - axis.fromMs) / (axis.toMs - axis.fromMs))) * axis.width;

export function boxOf(axis: TimeAxis, stretch: Stretch): Box {
  const x = xOf(axis, stretch.fromMs);
  return { x, width: xOf(axis, stretch.toMs) - x };
}

/** Round times to label, at least `TICK_PX` apart. */
export function ticksOf(axis: TimeAxis): readonly number[] {
  const span = axis.toMs - axis.fromMs;
  const stepMs = STEPS_MS.find((step) => (step / span) * axis.width >= TICK_PX) ?? DAY;
  const ticks: number[] = [];
  for (let ms = Math.ceil(axis.fromMs / stepMs) * stepMs; ms <= axis.toMs; ms += stepMs) ticks.push(ms);
  return ticks;
}

/** The parts of [fromMs, toMs) that no stretch covers. */
export function without(whole: Stretch, stretches: readonly Stretch[]): readonly Stretch[] {
  const left: Stretch[] = [];
  let fromMs = whole.fromMs;
  for (const stretch of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (stretch.fromMs > fromMs) left.push({ fromMs, toMs: Math.min(stretch.fromMs, whole.toMs) });
    fromMs = Math.max(fromMs, stretch.toMs);
    if (fromMs >= whole.toMs) return left;
  }
  return [...left, { fromMs, toMs: whole.toMs }];
}
