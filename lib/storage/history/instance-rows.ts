import "server-only";
import { type Kysely, sql } from "kysely";
import type { HistoryRow, InstanceHistory } from "@/lib/alerts/backtest/history";
import type { StoredObject } from "@/lib/storage/history/objects";
import { type StoredRange, storedRows } from "@/lib/storage/history/stored-rows";
import type { Schema } from "@/lib/storage/schema/schema";

interface RowArrays {
  readonly id: number;
  readonly at: readonly number[];
  readonly lo: readonly (number | null)[];
  readonly hi: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
}

/** The rows of each object, in one row of arrays: thousands of small rows would cost more to send than to find. */
export async function instanceRows(
  db: Kysely<Schema>,
  objects: readonly StoredObject[],
  place: number,
  range: StoredRange,
): Promise<readonly InstanceHistory[]> {
  if (objects.length === 0) return [];
  const ids = objects.map(({ id }) => id);
  const { rows } = await sql<RowArrays>`SELECT id, to_json(array_agg(at_ms ORDER BY at_ms)) AS at,
      to_json(array_agg(lo ORDER BY at_ms)) AS lo, to_json(array_agg(hi ORDER BY at_ms)) AS hi,
      to_json(array_agg(mean ORDER BY at_ms)) AS mean
    FROM (${storedRows(ids, place, range)}) stored GROUP BY id`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return objects.flatMap(({ id, labels }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ labels, rows: rowsOf(row) }];
  });
}

const rowsOf = ({ at, lo, hi, mean }: RowArrays): readonly HistoryRow[] =>
  at.map((ms, index): HistoryRow => [ms, lo[index] ?? null, hi[index] ?? null, mean[index] ?? null]);
