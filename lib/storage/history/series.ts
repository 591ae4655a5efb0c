import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { clean, jsonText } from "@/lib/base/postgres/bulk";
import { SAMPLED, type Signal, signalNamed } from "@/lib/base/signals/catalogue";
import { type Buckets, bucketsFor, pointsOf, type SeriesPoint } from "@/lib/storage/history/buckets";
import { readCounted } from "@/lib/storage/history/counted";
import {
  bucketOf,
  type HistoryLine,
  largest,
  OTHER,
  spacingOf,
  spanOf,
  type TimeSpan,
  values,
} from "@/lib/storage/history/history";
import { CLIENT_MINUTES } from "@/lib/storage/samples/samples";
import type { Schema, StoredKind } from "@/lib/storage/schema/schema";

export interface SeriesQuery {
  readonly signal: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Buckets wanted; at most 300 are given. */
  readonly points: number;
  /** Only series that carry all of these labels. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly SeriesPoint[];
}

export interface SeriesAnswer {
  readonly stepMs: number;
  /** The five with the greatest maximum, greatest first, then one `{ other: "<n>" }` that sums the n others. */
  readonly series: readonly Series[];
}

/** Added up over a bucket rather than averaged: every poll tells how many were new. */
const SUMMED: readonly string[] = ["broker.sessions.unseen"];

/**
 * A signal's history in buckets. Up to two hours come from the samples as polled, longer or older ranges from minutes
 * (and the samples of the last minutes, which are not rolled up yet). A bucket is never shorter than two polls, so
 * that a null one means that nothing was measured, and not that no poll happened to fall into it.
 * null: there is no such signal.
 */
export async function readSeries(db: Kysely<Schema>, query: SeriesQuery): Promise<SeriesAnswer | null> {
  const signal = signalNamed(query.signal);
  if (signal === null) return null;
  if (signal.stored === "counted") return readCounted(db, signal, query);
  const objects = await objectsOf(db, signal.kind, query.labels);
  const ids = [...objects.keys()];
  const span = await spanOf(db, query, signal.stored === "minutes" ? "minutes" : "any");
  const buckets = bucketsFor(span.fromMs, span.toMs, query.points, await spacingOf(db, ids, span));
  if (ids.length === 0) return { stepMs: buckets.stepMs, series: [] };
  const lines = await largest(db, cellsOf(signal, ids, span, buckets));
  return { stepMs: buckets.stepMs, series: lines.map((line) => seriesOf(line, objects, buckets)) };
}

async function objectsOf(
  db: Kysely<Schema>,
  kind: StoredKind,
  labels: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<number, Readonly<Record<string, string>>>> {
  const { rows } = await sql<{ id: number; labels: Record<string, string> }>`SELECT id, labels FROM lastbeat.objects
    WHERE kind = ${clean(kind)} AND labels @> ${jsonText(labels)}::jsonb ORDER BY id DESC`.execute(db);
  return new Map(rows.map((row) => [row.id, row.labels]));
}

function cellsOf(signal: Signal, ids: readonly number[], span: TimeSpan, buckets: Buckets): RawBuilder<unknown> {
  const source = values(ids, placeOf(signal), span, buckets);
  const bucket = bucketOf(sql`at_ms`, buckets);
  const sum = sql`sum(mean * n)`;
  const [lo, hi, mean] = SUMMED.includes(signal.name)
    ? [sum, sum, sum]
    : [sql`min(lo)`, sql`max(hi)`, sql`${sum} / sum(n)`];
  return sql`SELECT object_id::text AS line, ${bucket} AS bucket, ${lo} AS lo, ${hi} AS hi, ${mean} AS mean
    FROM (${source}) numbers WHERE n > 0 GROUP BY object_id, 2`;
}

/** Where a signal's number stands in the rows of its kind, from 1 as SQL counts. */
function placeOf(signal: Signal): number {
  if (signal.stored === "minutes") return CLIENT_MINUTES.indexOf(signal.name) + 1;
  const list = Object.entries(SAMPLED).find(([kind]) => kind === signal.kind)?.[1] ?? [];
  return list.findIndex(([name]) => name === signal.name) + 1;
}

function seriesOf(
  line: HistoryLine,
  objects: ReadonlyMap<number, Readonly<Record<string, string>>>,
  buckets: Buckets,
): Series {
  const labels = line.name === OTHER ? { other: String(line.stands) } : (objects.get(Number(line.name)) ?? {});
  return { labels, points: pointsOf(buckets, line.cells, () => null) };
}
