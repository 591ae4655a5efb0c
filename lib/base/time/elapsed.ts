import { MINUTE, SECOND } from "@/lib/base/time/duration";

/*
 * How long a condition has held, in one of two forms. `Elapsed` counts the time between observations, and of a gap in them
 * no more than five minutes: for alerts and for clients, which are polled every few seconds. An instant, `…SinceMs`,
 * spans gaps too: for sources, which may be polled once an hour. Both are moved by `shiftInstants` when our clock is
 * set; without that, each would grow by the step.
 */

/** For how long a condition has been observed to hold, and when it was last observed. */
export interface Elapsed {
  readonly ms: number;
  readonly atMs: number;
  /** It held at the very first observation: how long before that is not known. */
  readonly startUnknown: boolean;
}

/** Two observations further apart than this do not tell of the time between: the process was stopped. */
const OBSERVED_MS_MAX = 5 * MINUTE;

/** How much of the time between two observations counts as observed. */
export const observedMs = (fromMs: number, toMs: number): number =>
  Math.min(OBSERVED_MS_MAX, Math.max(0, toMs - fromMs));

/** Whether the time between two observations counts whole. */
export const isObserved = (fromMs: number, toMs: number): boolean => toMs - fromMs <= OBSERVED_MS_MAX;

/** One more observation that finds the condition holding. */
export function accumulate(before: Elapsed | null, nowMs: number, startUnknown = false): Elapsed {
  if (before === null) return { ms: 0, atMs: nowMs, startUnknown };
  return { ...before, ms: before.ms + observedMs(before.atMs, nowMs), atMs: nowMs };
}

/** One more observation that could not tell: the time until now does not count. */
export const skipInterval = (before: Elapsed | null, nowMs: number): Elapsed | null =>
  before === null ? null : { ...before, atMs: nowMs };

/** An alert resumed from an earlier run is held for this long, where a small number would end it and fire it anew. */
const UNKNOWN_FOR_MS = 10 * MINUTE;

/** For how long it has held, s; 0 when it does not; null while it began before the first observation. */
export function elapsedSeconds(elapsed: Elapsed | null): number | null {
  if (elapsed === null) return 0;
  return elapsed.startUnknown && elapsed.ms < UNKNOWN_FOR_MS ? null : elapsed.ms / SECOND;
}

/** Since when a condition has held, epoch ms; null: it does not hold. An observation that cannot tell changes nothing. */
export const followSince = (beforeMs: number | null, holds: boolean | null, nowMs: number): number | null =>
  holds === null ? beforeMs : holds ? (beforeMs ?? nowMs) : null;

/** Since when something has been as it is now, epoch ms; `beforeMs` null: it was not observed before. */
export const unchangedSince = (beforeMs: number | null, unchanged: boolean, nowMs: number): number =>
  unchanged && beforeMs !== null ? beforeMs : nowMs;

/** Seconds since an instant; 0 for none. */
export const secondsSince = (sinceMs: number | null, nowMs: number): number =>
  sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs) / SECOND;
