import "server-only";
import { type RawBuilder, sql } from "kysely";

export interface Within {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a number's rows stand: its place in them, and minutes before `rawFromMs`, samples since; null: minutes alone. */
export interface Where {
  readonly place: number;
  readonly within: Within;
  readonly rawFromMs: number | null;
}

/** Rows (id, at_ms, lo, hi, mean) of some objects. */
export function rowParts(ids: readonly number[], { place, within, rawFromMs }: Where): RawBuilder<unknown> {
  const parts = [
    ...(rawFromMs === null || rawFromMs > within.fromMs ? [minutesOf(ids, place, within, rawFromMs)] : []),
    ...(rawFromMs !== null && rawFromMs < within.toMs ? [samplesOf(ids, place, within, rawFromMs)] : []),
  ];
  return sql.join(parts, sql` UNION ALL `);
}

function minutesOf(ids: readonly number[], place: number, within: Within, untilMs: number | null): RawBuilder<unknown> {
  const at = sql.lit(place);
  const toMs = Math.min(within.toMs, untilMs ?? within.toMs);
  return sql`SELECT m.object_id AS id, m.minute_ms AS at_ms, m.mins[${at}] AS lo, m.maxs[${at}] AS hi, m.avgs[${at}] AS mean
    FROM lastbeat.sample_minutes m WHERE m.object_id = ANY(${[...ids]}::int[])
      AND m.minute_ms >= ${sql.lit(Math.floor(within.fromMs))} AND m.minute_ms < ${sql.lit(Math.ceil(toMs))}`;
}

function samplesOf(ids: readonly number[], place: number, within: Within, rawFromMs: number): RawBuilder<unknown> {
  const at = sql.lit(place);
  const fromMs = Math.max(within.fromMs, rawFromMs);
  return sql`SELECT s.object_id AS id, s.at_ms, s.values[${at}] AS lo, s.values[${at}] AS hi, s.values[${at}] AS mean
    FROM lastbeat.samples s WHERE s.object_id = ANY(${[...ids]}::int[])
      AND s.at_ms >= ${sql.lit(Math.floor(fromMs))} AND s.at_ms < ${sql.lit(Math.ceil(within.toMs))}`;
}
