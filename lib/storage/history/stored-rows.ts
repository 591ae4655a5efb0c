import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { HistoryRange } from "@/lib/storage/history/source";
import { rolledUpTo } from "@/lib/storage/samples/roll-up";
import type { Schema } from "@/lib/storage/schema/schema";

/** A range and where it is read from: minutes before `samplesFromMs`, samples since. */
export interface StoredRange extends HistoryRange {
  readonly samplesFromMs: number;
}

export const samplesOnly = ({ fromMs, toMs }: HistoryRange): StoredRange => ({ fromMs, toMs, samplesFromMs: 0 });

export const minutesOnly = ({ fromMs, toMs }: HistoryRange): StoredRange => ({
  fromMs,
  toMs,
  samplesFromMs: Number.MAX_SAFE_INTEGER,
});

/** Minutes, and the samples of the last minutes, which are not rolled up yet. */
export async function minutesThenSamples(db: Kysely<Schema>, { fromMs, toMs }: HistoryRange): Promise<StoredRange> {
  return { fromMs, toMs, samplesFromMs: await rolledUpTo(db) };
}

/** Rows (id, at_ms, lo, hi, mean, n) of the value at `place` of some objects; n is 0 where it was not measured. */
export function storedRows(ids: readonly number[], place: number, range: StoredRange): RawBuilder<unknown> {
  const at = sql.lit(place);
  const fromMs = Math.floor(range.fromMs);
  const toMs = Math.ceil(range.toMs);
  const minutesEndMs = Math.min(toMs, range.samplesFromMs);
  const samplesStartMs = Math.max(fromMs, range.samplesFromMs);
  const parts: RawBuilder<unknown>[] = [];
  if (fromMs < minutesEndMs) {
    parts.push(sql`SELECT m.object_id AS id, m.minute_ms AS at_ms,
        m.mins[${at}] AS lo, m.maxs[${at}] AS hi, m.avgs[${at}] AS mean, coalesce(m.counts[${at}], 0) AS n
      FROM lastbeat.sample_minutes m WHERE m.object_id = ANY(${[...ids]}::int[])
        AND m.minute_ms >= ${sql.lit(fromMs)} AND m.minute_ms < ${sql.lit(minutesEndMs)}`);
  }
  if (samplesStartMs < toMs) {
    parts.push(sql`SELECT s.object_id AS id, s.at_ms,
        s.values[${at}] AS lo, s.values[${at}] AS hi, s.values[${at}] AS mean, num_nonnulls(s.values[${at}]) AS n
      FROM lastbeat.samples s WHERE s.object_id = ANY(${[...ids]}::int[])
        AND s.at_ms >= ${sql.lit(samplesStartMs)} AND s.at_ms < ${sql.lit(toMs)}`);
  }
  return sql.join(parts, sql` UNION ALL `);
}
