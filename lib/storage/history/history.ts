import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Buckets, Cell } from "@/lib/storage/history/buckets";
import { hasPartition } from "@/lib/storage/samples/partitions";
import { rolledUpTo } from "@/lib/storage/samples/roll-up";
import type { Schema } from "@/lib/storage/schema/schema";

/** A range of history and where it is read from: minutes before `rawFromMs`, samples from there on. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rawFromMs: number;
  readonly stepMinMs: number;
}

/** One line of a chart, or the sum of those that have no line of their own. */
export interface HistoryLine {
  readonly name: string;
  /** How many series it stands for. */
  readonly stands: number;
  readonly cells: readonly Cell[];
}

/** The name of the line that sums the rest. No series has it: names are numbers or JSON. */
export const OTHER = "other";
/** More lines than this are not told apart on a chart. */
export const LINES_MAX = 5;

/** Longer ranges are drawn from minutes: a sample every 5 s would be 1,440 rows per object and two hours. */
const RAW_RANGE_MAX = 2 * HOUR;
/** No range is longer; it bounds what one query may read, whatever was asked for. */
const RANGE_MAX = 31 * 24 * HOUR;
/** Objects and samples looked at to learn how often they are polled. */
const SPACING_OBJECTS = 5;
const SPACING_SAMPLES = 40;

/** Decides where a range is read from. Signals that exist as minutes only say so. */
export async function spanOf(
  db: Kysely<Schema>,
  range: { readonly fromMs: number; readonly toMs: number },
  stored: "any" | "minutes",
): Promise<TimeSpan> {
  const toMs = Math.ceil(range.toMs);
  const fromMs = Math.max(Math.floor(range.fromMs), toMs - RANGE_MAX);
  if (stored === "minutes") return { fromMs, toMs, rawFromMs: Number.MAX_SAFE_INTEGER, stepMinMs: MINUTE };
  const short = toMs - fromMs <= RAW_RANGE_MAX && (await hasPartition(db, "samples", fromMs));
  if (short) return { fromMs, toMs, rawFromMs: 0, stepMinMs: 0 };
  return { fromMs, toMs, rawFromMs: await rolledUpTo(db), stepMinMs: MINUTE };
}

/** The shortest bucket into which a poll is sure to fall: twice the usual distance of the slowest object's polls. */
export async function spacingOf(db: Kysely<Schema>, ids: readonly number[], span: TimeSpan): Promise<number> {
  const some = ids.slice(0, SPACING_OBJECTS);
  if (some.length === 0 || span.rawFromMs === Number.MAX_SAFE_INTEGER) return span.stepMinMs;
  const { rows } = await sql<{ spacing: number | null }>`SELECT max(usual) AS spacing FROM (
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS usual FROM (
        SELECT o.id, recent.at_ms - lag(recent.at_ms) OVER (PARTITION BY o.id ORDER BY recent.at_ms) AS gap
        FROM unnest(${some}::int[]) AS o (id), LATERAL (
          SELECT at_ms FROM lastbeat.samples s
          WHERE s.object_id = o.id AND s.at_ms >= ${span.fromMs} AND s.at_ms < ${span.toMs}
          ORDER BY s.at_ms DESC LIMIT ${sql.lit(SPACING_SAMPLES)}) recent) gaps
      GROUP BY id) objects`.execute(db);
  const spacing = rows[0]?.spacing ?? 0;
  return span.stepMinMs > 0 && 2 * spacing <= span.stepMinMs ? span.stepMinMs : 2 * spacing;
}

/** The bucket an instant falls into, from 0. */
export const bucketOf = (at: RawBuilder<unknown>, buckets: Buckets): RawBuilder<unknown> =>
  sql`((${at} - ${sql.lit(buckets.startMs)}) / ${sql.lit(buckets.stepMs)})::int`;

/** Rows (object_id, at_ms, lo, hi, mean, n) of the number at `place`; n is 0 where it was not measured. */
export function values(
  ids: readonly number[],
  place: number,
  span: TimeSpan,
  { startMs, endMs }: Buckets,
): RawBuilder<unknown> {
  const at = sql.lit(place);
  const minutesEnd = Math.min(endMs, span.rawFromMs);
  const rawStart = Math.max(startMs, span.rawFromMs);
  const parts: RawBuilder<unknown>[] = [];
  if (startMs < minutesEnd) {
    parts.push(sql`SELECT m.object_id, m.minute_ms AS at_ms,
        m.mins[${at}] AS lo, m.maxs[${at}] AS hi, m.avgs[${at}] AS mean, coalesce(m.counts[${at}], 0) AS n
      FROM lastbeat.sample_minutes m WHERE m.object_id = ANY(${[...ids]}::int[])
        AND m.minute_ms >= ${sql.lit(startMs)} AND m.minute_ms < ${sql.lit(minutesEnd)}`);
  }
  if (rawStart < endMs) {
    parts.push(sql`SELECT s.object_id, s.at_ms,
        s.values[${at}] AS lo, s.values[${at}] AS hi, s.values[${at}] AS mean, num_nonnulls(s.values[${at}]) AS n
      FROM lastbeat.samples s WHERE s.object_id = ANY(${[...ids]}::int[])
        AND s.at_ms >= ${sql.lit(rawStart)} AND s.at_ms < ${sql.lit(endMs)}`);
  }
  return sql.join(parts, sql` UNION ALL `);
}

/**
 * The lines of a chart from cells (line, bucket, lo, hi, mean): those with the greatest maximum, greatest first, and
 * the sum of the others.
 */
export async function largest(db: Kysely<Schema>, cells: RawBuilder<unknown>): Promise<HistoryLine[]> {
  const { rows } = await sql<Cell & { line: string | null; stands: number }>`
    WITH cells AS MATERIALIZED (${cells}),
    top AS MATERIALIZED (
      SELECT line, row_number() OVER (ORDER BY max(hi) DESC, line) AS place FROM cells
      GROUP BY line ORDER BY place LIMIT ${sql.lit(LINES_MAX)})
    SELECT top.line, CASE WHEN top.line IS NULL
        THEN (SELECT count(*) FROM (SELECT FROM cells GROUP BY line) every) - ${sql.lit(LINES_MAX)} ELSE 1 END AS stands,
      cells.bucket, sum(lo)::float8 AS lo, sum(hi)::float8 AS hi, sum(mean)::float8 AS mean
    FROM cells LEFT JOIN top ON top.line = cells.line
    GROUP BY top.place, top.line, cells.bucket ORDER BY top.place, cells.bucket`.execute(db);
  const lines = new Map<string, { name: string; stands: number; cells: Cell[] }>();
  for (const { line, stands, bucket, lo, hi, mean } of rows) {
    const name = line ?? OTHER;
    const known = lines.get(name) ?? { name, stands, cells: [] };
    known.cells.push({ bucket, lo, hi, mean });
    lines.set(name, known);
  }
  return [...lines.values()];
}
