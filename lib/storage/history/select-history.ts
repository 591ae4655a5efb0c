import "server-only";
import { type Kysely, sql } from "kysely";
import {
  INSTANCES_MAX,
  type InstanceExtremes,
  type RuleThresholds,
  selectInstances,
} from "@/lib/alerts/backtest/select-instances";
import { MINUTE } from "@/lib/base/time/duration";
import { rowParts, type Where } from "@/lib/storage/history/rule-rows";
import type { Schema } from "@/lib/storage/schema/schema";

/** Rows of history read at all: 41 instances for a day of minutes. Reading and judging 86,000 took 1.2 s of processor time. */
const ROWS_MAX = 60_000;
/** Rows looked through for the time of one that is read and judged (measured: 1.9 and 15 µs), so that all fits in a second. */
const LOOKED_FOR_ONE = 8;
/** Rows looked through to see which instances matter: 200 for a day; of more than that the latest part of the span. */
const LOOKED_THROUGH_MAX = 300_000;

interface Chosen<Known> {
  readonly read: readonly Known[];
  /** Instances that can have fired and are not read; where only a part was looked through, all that are not. */
  readonly left: number;
}

/** All instances where they fit, else those that matter to the rule by their extremes. */
export async function selectHistoryToRead<Known extends { readonly id: number }>(
  db: Kysely<Schema>,
  objects: readonly Known[],
  rule: RuleThresholds,
  where: Where,
): Promise<Chosen<Known>> {
  const { within } = where;
  const minutes = Math.max(1, Math.ceil((within.toMs - within.fromMs) / MINUTE));
  if (objects.length <= INSTANCES_MAX && objects.length * minutes <= ROWS_MAX) return { read: objects, left: 0 };
  const looked = Math.min(minutes, Math.ceil(LOOKED_THROUGH_MAX / objects.length));
  const part = { fromMs: Math.max(within.fromMs, within.toMs - looked * MINUTE), toMs: within.toMs };
  const ids = objects.map(({ id }) => id);
  const { rows } = await sql<InstanceExtremes>`SELECT id, count(*)::float8 * ${sql.lit(minutes / looked)} AS rows,
      max(hi) AS greatest, min(lo) AS least, (max(at_ms) FILTER (WHERE lo IS NOT NULL))::float8 AS "measuredMs"
    FROM (${rowParts(ids, { ...where, within: part })}) stored GROUP BY id`.execute(db);
  const chosen = selectInstances(rows, rule, ROWS_MAX - (objects.length * looked) / LOOKED_FOR_ONE);
  const known = new Map(objects.map((one) => [one.id, one]));
  const read = chosen.ids.flatMap((id) => known.get(id) ?? []);
  return { read, left: part.fromMs === within.fromMs ? chosen.left : objects.length - read.length };
}
