import "server-only";
import { type Kysely, sql } from "kysely";
import {
  INSTANCES_MAX,
  type InstanceExtremes,
  type RuleThresholds,
  selectInstances,
} from "@/lib/alerts/backtest/select-instances";
import { MINUTE } from "@/lib/base/time/duration";
import type { StoredObject } from "@/lib/storage/history/objects";
import { type StoredRange, storedRows } from "@/lib/storage/history/stored-rows";
import type { Schema } from "@/lib/storage/schema/schema";

/** Rows of history read at all: 41 instances for a day of minutes. Reading and evaluating 86,000 took 1.2 s of CPU time. */
const ROWS_MAX = 60_000;
/** Rows scanned in the time of one that is read and evaluated (measured: 1.9 and 15 µs), so that all fits in a second. */
const SCANNED_PER_READ = 8;
/** Rows scanned to find the instances that matter: 200 for a day; of more instances the latest part of the span is scanned. */
const SCANNED_MAX = 300_000;

interface SelectedObjects {
  readonly selected: readonly StoredObject[];
  /** Instances that can have fired and are not read; where only a part was scanned, all that are not read. */
  readonly left: number;
}

/** All objects where their rows fit, else those that matter to the rule by their extremes. */
export async function selectObjects(
  db: Kysely<Schema>,
  objects: readonly StoredObject[],
  rule: RuleThresholds,
  { place, range }: { readonly place: number; readonly range: StoredRange },
): Promise<SelectedObjects> {
  const minutes = Math.max(1, Math.ceil((range.toMs - range.fromMs) / MINUTE));
  if (objects.length <= INSTANCES_MAX && objects.length * minutes <= ROWS_MAX) return { selected: objects, left: 0 };
  const scannedMinutes = Math.min(minutes, Math.ceil(SCANNED_MAX / objects.length));
  const scanned = { ...range, fromMs: Math.max(range.fromMs, range.toMs - scannedMinutes * MINUTE) };
  const ids = objects.map(({ id }) => id);
  const { rows } = await sql<InstanceExtremes>`
    SELECT id, count(*)::float8 * ${sql.lit(minutes / scannedMinutes)} AS rows,
      max(hi) AS greatest, min(lo) AS least, (max(at_ms) FILTER (WHERE lo IS NOT NULL))::float8 AS "measuredMs"
    FROM (${storedRows(ids, place, scanned)}) stored GROUP BY id`.execute(db);
  const chosen = selectInstances(rows, rule, ROWS_MAX - (objects.length * scannedMinutes) / SCANNED_PER_READ);
  const byId = new Map(objects.map((object) => [object.id, object]));
  const selected = chosen.ids.flatMap((id) => byId.get(id) ?? []);
  return { selected, left: scanned.fromMs === range.fromMs ? chosen.left : objects.length - selected.length };
}
