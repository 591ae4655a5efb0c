import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Buckets, Cell } from "@/lib/storage/history/buckets";
import type { Schema } from "@/lib/storage/schema/schema";

/** One line of a chart, or the sum of those that have no line of their own. */
export interface HistoryLine {
  readonly name: string;
  /** How many series it represents. */
  readonly seriesCount: number;
  readonly cells: readonly Cell[];
}

/** The name of the line that sums the rest. No series has it: names are numbers or JSON. */
export const OTHER = "other";
/** More lines than this cannot be distinguished on a chart. */
export const LINES_MAX = 5;

/** The bucket an instant falls into, from 0. */
export const bucketOf = (at: RawBuilder<unknown>, buckets: Buckets): RawBuilder<unknown> =>
  sql`((${at} - ${sql.lit(buckets.startMs)}) / ${sql.lit(buckets.stepMs)})::int`;

/**
 * The lines of a chart from cells (line, bucket, lo, hi, mean): those with the greatest maximum, greatest first, and
 * the sum of the others.
 */
export async function largestLines(db: Kysely<Schema>, cells: RawBuilder<unknown>): Promise<HistoryLine[]> {
  const { rows } = await sql<Cell & { line: string | null; series_count: number }>`
    WITH cells AS MATERIALIZED (${cells}),
    top AS MATERIALIZED (
      SELECT line, row_number() OVER (ORDER BY max(hi) DESC, line) AS place FROM cells
      GROUP BY line ORDER BY place LIMIT ${sql.lit(LINES_MAX)})
    SELECT top.line, CASE WHEN top.line IS NULL
        THEN (SELECT count(*) FROM (SELECT FROM cells GROUP BY line) every) - ${sql.lit(LINES_MAX)}
        ELSE 1 END AS series_count,
      cells.bucket, sum(lo)::float8 AS lo, sum(hi)::float8 AS hi, sum(mean)::float8 AS mean
    FROM cells LEFT JOIN top ON top.line = cells.line
    GROUP BY top.place, top.line, cells.bucket ORDER BY top.place, cells.bucket`.execute(db);
  const lines = new Map<string, { name: string; seriesCount: number; cells: Cell[] }>();
  for (const { line, series_count: seriesCount, bucket, lo, hi, mean } of rows) {
    const name = line ?? OTHER;
    const known = lines.get(name) ?? { name, seriesCount, cells: [] };
    known.cells.push({ bucket, lo, hi, mean });
    lines.set(name, known);
  }
  return [...lines.values()];
}
