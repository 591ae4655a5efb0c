import type { Reading } from "@/lib/alerts/model/reading";
import { MINUTE } from "@/lib/base/time/duration";

/** As long as the built-in rule that asks for most. */
const WATCHED_FOR_MS = 15 * MINUTE;

/** For how long something has lasted, as observed by us: a time that begins at our first reading is not the whole. */
const DURATIONS: ReadonlySet<string> = new Set([
  "jobs.retry.stalled",
  "jobs.retry.starved",
  "jobs.untaken",
  "jobs.leader.absent",
  "jobs.conflict.loop",
  "pipeline.unconsumed",
  "pipeline.disconnected",
  "subscriber.publish.silent",
  "application.redialing",
  "application.publish.failing",
]);

/** Of these, two readings show that it is over; the others are 0 as well until enough is known to judge. */
const SHOWN_BY_COUNTS: ReadonlySet<string> = new Set([
  "jobs.retry.stalled",
  "jobs.retry.starved",
  "jobs.untaken",
  "jobs.leader.absent",
]);

/**
 * The readings of a source whose alerts are open and of which no memory was stored (an older version ran, or it was too
 * large): what may have lasted since before our start is not measured until it has been watched for long enough.
 */
export function withoutUnknown(
  readings: readonly Reading[],
  { beganMs, isFirst, nowMs }: { readonly beganMs: number | null; readonly isFirst: boolean; readonly nowMs: number },
): readonly Reading[] {
  if (beganMs === null || nowMs - beganMs >= WATCHED_FOR_MS) return readings;
  return readings.map((reading) => {
    if (!DURATIONS.has(reading.signal)) return reading;
    const isOver = reading.value === 0 && !isFirst && SHOWN_BY_COUNTS.has(reading.signal);
    return isOver ? reading : { ...reading, value: null };
  });
}
