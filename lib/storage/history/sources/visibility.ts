import "server-only";
import { type Kysely, sql } from "kysely";
import type { HistoryResolution, InstanceHistory } from "@/lib/alerts/backtest/history";
import { VISIBILITY_SIGNALS } from "@/lib/alerts/engine/target-visibility";
import { placeOf } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { bucketOf } from "@/lib/storage/history/chart-lines";
import type { ChartRange } from "@/lib/storage/history/chart-range";
import { instanceRows } from "@/lib/storage/history/instance-rows";
import { objectsNamed, type StoredObject } from "@/lib/storage/history/objects";
import type { HistoryRange } from "@/lib/storage/history/source";
import { minutesThenSamples, samplesOnly, storedRows } from "@/lib/storage/history/stored-rows";
import type { Schema } from "@/lib/storage/schema/schema";

/** Whether the brokers and sources of the instances could be seen: from samples if the instances are, else from minutes. */
export async function readVisibility(
  db: Kysely<Schema>,
  instances: readonly { readonly labels: Labels }[],
  range: HistoryRange,
  resolution: HistoryResolution,
): Promise<readonly InstanceHistory[]> {
  const stored = resolution === "samples" ? samplesOnly(range) : await minutesThenSamples(db, range);
  const parts = await Promise.all(
    (["broker", "source"] as const).map(async (kind) => {
      const names = [...new Set(instances.flatMap(({ labels }) => labels[kind] ?? []))];
      if (names.length === 0) return [];
      const objects = await objectsNamed(db, kind, names);
      return instanceRows(db, objects, placeOf(VISIBILITY_SIGNALS[kind]), stored);
    }),
  );
  return parts.flat();
}

/** The buckets in which a broker was seen: a sample exists and does not say that the broker was down. */
export interface SeenBuckets {
  readonly ofAny: ReadonlySet<number>;
  readonly byBroker: ReadonlyMap<string, ReadonlySet<number>>;
}

export async function readSeenBuckets(
  db: Kysely<Schema>,
  brokers: readonly StoredObject[],
  { range, buckets }: ChartRange,
): Promise<SeenBuckets> {
  const ids = brokers.map(({ id }) => id);
  const { rows } = await sql<{ id: number; buckets: number[] }>`
    SELECT id, array_agg(DISTINCT ${bucketOf(sql`at_ms`, buckets)}) AS buckets
    FROM (${storedRows(ids, placeOf("broker.up"), range)}) stored WHERE hi IS NULL OR hi > 0 GROUP BY id`.execute(db);
  const names = new Map(brokers.map(({ id, labels }) => [id, labels.broker ?? ""]));
  return {
    ofAny: new Set(rows.flatMap((row) => row.buckets)),
    byBroker: new Map(rows.map((row) => [names.get(row.id) ?? "", new Set(row.buckets)])),
  };
}
