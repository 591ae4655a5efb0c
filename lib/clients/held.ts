import { MINUTE } from "@/lib/time/duration";

/** For how long something has been seen to be so, ms, and when it was last looked at. */
export interface Held {
  readonly ms: number;
  readonly atMs: number;
}

/** No poll interval in use is longer: a longer step is a time nobody looked, or a clock set forward. */
const STEP_MS_MAX = 5 * MINUTE;

/** One more look that finds it so. The first look holds for nothing yet; a clock set back takes nothing away. */
export function hold(before: Held | null, nowMs: number): Held {
  if (before === null) return { ms: 0, atMs: nowMs };
  return { ms: before.ms + Math.min(STEP_MS_MAX, Math.max(0, nowMs - before.atMs)), atMs: nowMs };
}

/** One more look that could not tell: the time until now counts for nothing. */
export const passOver = (before: Held | null, nowMs: number): Held | null =>
  before === null ? null : { ms: before.ms, atMs: nowMs };
