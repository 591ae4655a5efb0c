import { MINUTE, SECOND, STEP_MS_MAX } from "@/lib/base/time/duration";

/** For how long something has been seen to be so, ms, and when it was last looked at. */
export interface Elapsed {
  readonly ms: number;
  readonly atMs: number;
  /** It was so at the very first look: for how long before, nobody knows. */
  readonly sinceEver: boolean;
}

/** One more look that finds it so. The first look holds for nothing yet; a clock set back takes nothing away. */
export function accumulate(before: Elapsed | null, nowMs: number, sinceEver = false): Elapsed {
  if (before === null) return { ms: 0, atMs: nowMs, sinceEver };
  return { ...before, ms: before.ms + Math.min(STEP_MS_MAX, Math.max(0, nowMs - before.atMs)), atMs: nowMs };
}

/** An alert taken up from an earlier run is held for this long, where a small number would end it and fire it anew. */
const UNKNOWN_FOR_MS = 10 * MINUTE;

/** For how long it has been so, s; 0 when it is not; null while that began before anybody looked. */
export function elapsedSeconds(held: Elapsed | null): number | null {
  if (held === null) return 0;
  return held.sinceEver && held.ms < UNKNOWN_FOR_MS ? null : held.ms / SECOND;
}

/** One more look that could not tell: the time until now counts for nothing. */
export const skipInterval = (before: Elapsed | null, nowMs: number): Elapsed | null =>
  before === null ? null : { ...before, atMs: nowMs };
