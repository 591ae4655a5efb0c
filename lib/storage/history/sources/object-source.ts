import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { HistoryResolution } from "@/lib/alerts/backtest/history";
import { matchesAll } from "@/lib/alerts/matchers/matcher";
import { placeOf, type Signal } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { pointsOf } from "@/lib/storage/history/buckets";
import { bucketOf, type HistoryLine, largestLines, OTHER } from "@/lib/storage/history/chart-lines";
import type { ChartRange } from "@/lib/storage/history/chart-range";
import { instanceRows } from "@/lib/storage/history/instance-rows";
import { objectsWith, type StoredObject } from "@/lib/storage/history/objects";
import type { BucketResolution, HistoryRange, HistorySource } from "@/lib/storage/history/source";
import { selectObjects } from "@/lib/storage/history/sources/select-objects";
import { readVisibility } from "@/lib/storage/history/sources/visibility";
import { type StoredRange, storedRows } from "@/lib/storage/history/stored-rows";
import type { Schema } from "@/lib/storage/schema/schema";

/** Objects whose labels are matched: the largest broker seen has a tenth of it. */
const OBJECTS_MAX = 20_000;

/** Which rows of its objects a stored kind has. */
export interface ObjectRows {
  readonly chartRange: (
    db: Kysely<Schema>,
    range: HistoryRange,
    ids: readonly number[],
    resolution: BucketResolution,
  ) => Promise<ChartRange>;
  readonly ruleRange: (
    db: Kysely<Schema>,
    range: HistoryRange,
    ids: readonly number[],
  ) => Promise<{ readonly resolution: HistoryResolution; readonly range: StoredRange }>;
}

/** Reads signals that are one value in the rows of an object. */
export const objectSource = ({ chartRange, ruleRange }: ObjectRows): HistorySource => ({
  async chart(db, { signal, labels, ...requested }, resolution) {
    const objects = await objectsWith(db, signal.kind, labels);
    const ids = objects.map(({ id }) => id);
    const { buckets, range } = await chartRange(db, requested, ids, resolution);
    if (ids.length === 0) return { stepMs: buckets.stepMs, series: [] };
    const lines = await largestLines(db, cellsOf(signal, ids, { buckets, range }));
    const labelsOf = lineLabels(objects);
    const series = lines.map((line) => ({
      labels: labelsOf(line),
      points: pointsOf(buckets, line.cells, () => null),
    }));
    return { stepMs: buckets.stepMs, series };
  },
  async instances(db, { signal, labels, fromMs, toMs }, rule) {
    const place = placeOf(signal);
    const all = await objectsWith(db, signal.kind, labels, OBJECTS_MAX);
    const objects = all.filter((object) => matchesAll(rule.match, object.labels));
    const ids = objects.map(({ id }) => id);
    const { resolution, range } = await ruleRange(db, { fromMs, toMs }, ids);
    const { selected, left } = await selectObjects(db, objects, rule, { place, range });
    const instances = await instanceRows(db, selected, place, range);
    const seen = await readVisibility(db, selected, { fromMs, toMs }, resolution);
    return { resolution, instances, seen, left };
  },
});

function cellsOf(signal: Signal, ids: readonly number[], { buckets, range }: ChartRange): RawBuilder<unknown> {
  const sum = sql`sum(mean * n)`;
  const [lo, hi, mean] = signal.summed ? [sum, sum, sum] : [sql`min(lo)`, sql`max(hi)`, sql`${sum} / sum(n)`];
  return sql`SELECT id::text AS line, ${bucketOf(sql`at_ms`, buckets)} AS bucket, ${lo} AS lo, ${hi} AS hi, ${mean} AS mean
    FROM (${storedRows(ids, placeOf(signal), range)}) stored WHERE n > 0 GROUP BY id, 2`;
}

function lineLabels(objects: readonly StoredObject[]): (line: HistoryLine) => Labels {
  const byId = new Map(objects.map(({ id, labels }) => [String(id), labels]));
  return ({ name, seriesCount }) => (name === OTHER ? { other: String(seriesCount) } : (byId.get(name) ?? {}));
}
