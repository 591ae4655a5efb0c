import "server-only";
import type { Kysely } from "kysely";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { type Buckets, bucketsFor } from "@/lib/storage/history/buckets";
import { pollIntervalMs } from "@/lib/storage/history/poll-interval";
import type { BucketResolution, HistoryRange } from "@/lib/storage/history/source";
import { minutesOnly, minutesThenSamples, type StoredRange, samplesOnly } from "@/lib/storage/history/stored-rows";
import { hasPartition } from "@/lib/storage/samples/partitions";
import type { Schema } from "@/lib/storage/schema/schema";

/** Longer ranges are drawn from minutes: a sample every 5 s would be 1,440 rows per object and two hours. */
const SAMPLES_RANGE_MAX = 2 * HOUR;
/** No range is longer; it bounds what one query may read, whatever was requested. */
const RANGE_MAX = 31 * 24 * HOUR;

/** What a chart reads and the buckets it is drawn in. */
export interface ChartRange {
  readonly buckets: Buckets;
  /** Covers the buckets. */
  readonly range: StoredRange;
}

const bounded = ({ fromMs, toMs }: HistoryRange): HistoryRange => {
  const endMs = Math.ceil(toMs);
  return { fromMs: Math.max(Math.floor(fromMs), endMs - RANGE_MAX), toMs: endMs };
};

/** Up to two hours are read from the samples, longer or older ranges from minutes and the samples after them. */
export async function sampledChartRange(
  db: Kysely<Schema>,
  requested: HistoryRange,
  ids: readonly number[],
  { points }: BucketResolution,
): Promise<ChartRange> {
  const range = bounded(requested);
  const isShort = range.toMs - range.fromMs <= SAMPLES_RANGE_MAX && (await hasPartition(db, "samples", range.fromMs));
  const stored = isShort ? samplesOnly(range) : await minutesThenSamples(db, range);
  // The shortest bucket into which a poll is sure to fall.
  const twoPollsMs = 2 * (await pollIntervalMs(db, ids, range));
  const buckets = bucketsFor(range.fromMs, range.toMs, points, isShort ? twoPollsMs : Math.max(MINUTE, twoPollsMs));
  return inBuckets(stored, buckets);
}

export function minutesChartRange(requested: HistoryRange, { points }: BucketResolution): ChartRange {
  const range = bounded(requested);
  return inBuckets(minutesOnly(range), bucketsFor(range.fromMs, range.toMs, points, MINUTE));
}

const inBuckets = (range: StoredRange, buckets: Buckets): ChartRange => ({
  buckets,
  range: { ...range, fromMs: buckets.startMs, toMs: buckets.endMs },
});
