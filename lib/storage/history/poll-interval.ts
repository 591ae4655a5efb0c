import "server-only";
import { type Kysely, sql } from "kysely";
import type { HistoryRange } from "@/lib/storage/history/source";
import type { Schema } from "@/lib/storage/schema/schema";

/** Objects and samples that are read to learn how often objects are polled. */
const OBJECTS_READ = 5;
const SAMPLES_READ = 40;

/** The usual interval between two polls of the object that is polled most seldom; 0 where no two samples exist. */
export async function pollIntervalMs(
  db: Kysely<Schema>,
  ids: readonly number[],
  { fromMs, toMs }: HistoryRange,
): Promise<number> {
  const some = ids.slice(0, OBJECTS_READ);
  if (some.length === 0) return 0;
  const { rows } = await sql<{ interval: number | null }>`SELECT max(usual) AS interval FROM (
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS usual FROM (
        SELECT o.id, recent.at_ms - lag(recent.at_ms) OVER (PARTITION BY o.id ORDER BY recent.at_ms) AS gap
        FROM unnest(${some}::int[]) AS o (id), LATERAL (
          SELECT at_ms FROM lastbeat.samples s
          WHERE s.object_id = o.id AND s.at_ms >= ${fromMs} AND s.at_ms < ${toMs}
          ORDER BY s.at_ms DESC LIMIT ${sql.lit(SAMPLES_READ)}) recent) gaps
      GROUP BY id) objects`.execute(db);
  return rows[0]?.interval ?? 0;
}
