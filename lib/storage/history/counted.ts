import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { clean, jsonText } from "@/lib/base/postgres/bulk";
import { SAMPLED, type Signal } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { type Buckets, bucketsFor, pointsOf } from "@/lib/storage/history/buckets";
import {
  bucketOf,
  type HistoryLine,
  LINES_MAX,
  largest,
  OTHER,
  spacingOf,
  spanOf,
  type TimeSpan,
  values,
} from "@/lib/storage/history/history";
import type { Series, SeriesAnswer, SeriesQuery } from "@/lib/storage/history/series";
import type { Schema } from "@/lib/storage/schema/schema";

/**
 * A signal that is counted from sessions, per bucket (min, max and average are all the count). None is 0 in a bucket
 * in which the broker answered a poll, and null in one in which it could not be seen; what was learnt later about
 * such a bucket is counted all the same.
 */
export async function readCounted(db: Kysely<Schema>, signal: Signal, query: SeriesQuery): Promise<SeriesAnswer> {
  const brokers = await brokersOf(db, query.labels.broker ?? null);
  const span = await spanOf(db, query, "any");
  const ids = brokers.map((broker) => broker.id);
  const buckets = bucketsFor(span.fromMs, span.toMs, query.points, await spacingOf(db, ids, span));
  if (ids.length === 0) return { stepMs: buckets.stepMs, series: [] };
  const names = brokers.map((broker) => broker.name);
  const polled = await polledIn(db, brokers, span, buckets);
  const lines = await largest(db, eventsOf(signal, query.labels, names, buckets));
  const silent = await withoutEvents(db, signal, query.labels, names, lines);
  const answered = (broker: string | undefined) => (bucket: number) =>
    (broker === undefined ? polled.any : polled.by.get(broker))?.has(bucket) ? 0 : null;
  const series = [...lines.map((line) => ({ ...line, labels: labelsOf(line) })), ...silent].map(
    (line): Series => ({ labels: line.labels, points: pointsOf(buckets, line.cells, answered(line.labels.broker)) }),
  );
  return { stepMs: buckets.stepMs, series };
}

async function brokersOf(db: Kysely<Schema>, broker: string | null): Promise<{ id: number; name: string }[]> {
  const filter = broker === null ? {} : { broker };
  const { rows } = await sql<{ id: number; name: string }>`SELECT id, labels ->> 'broker' AS name
    FROM lastbeat.objects WHERE kind = 'broker' AND labels @> ${jsonText(filter)}::jsonb ORDER BY id DESC`.execute(db);
  return rows;
}

interface Polled {
  readonly any: ReadonlySet<number>;
  readonly by: ReadonlyMap<string, ReadonlySet<number>>;
}

/** The buckets in which each broker was seen: a sample exists and does not say that the broker was down. */
async function polledIn(
  db: Kysely<Schema>,
  brokers: readonly { id: number; name: string }[],
  span: TimeSpan,
  buckets: Buckets,
): Promise<Polled> {
  const up = SAMPLED.broker.findIndex(([name]) => name === "broker.up") + 1;
  const ids = brokers.map((broker) => broker.id);
  const { rows } = await sql<{ object_id: number; buckets: number[] }>`
    SELECT object_id, array_agg(DISTINCT ${bucketOf(sql`at_ms`, buckets)}) AS buckets
    FROM (${values(ids, up, span, buckets)}) numbers WHERE hi IS NULL OR hi > 0 GROUP BY object_id`.execute(db);
  const nameOf = new Map(brokers.map((broker) => [broker.id, broker.name]));
  return {
    any: new Set(rows.flatMap((row) => row.buckets)),
    by: new Map(rows.map((row) => [nameOf.get(row.object_id) ?? "", new Set(row.buckets)])),
  };
}

function eventsOf(signal: Signal, filter: Labels, brokers: readonly string[], buckets: Buckets): RawBuilder<unknown> {
  const ends = signal.name === "broker.heartbeat.ends";
  const at = ends ? sql`s.closed_ms` : sql`s.opened_ms`;
  const which = ends ? sql`s.end_reason = 'heartbeat'` : sql`s.reconnect`;
  const perClient = signal.kind === "client";
  const line = perClient
    ? sql`jsonb_build_object('broker', s.broker, 'client', c.name)`
    : sql`jsonb_build_object('broker', s.broker)`;
  const join = perClient ? sql`JOIN lastbeat.clients c ON c.id = s.client` : sql``;
  const named = perClient && filter.client !== undefined ? sql`AND c.name = ${clean(filter.client)}` : sql``;
  const count = sql`count(*)::float8`;
  return sql`SELECT (${line})::text AS line, ${bucketOf(at, buckets)} AS bucket,
      ${count} AS lo, ${count} AS hi, ${count} AS mean
    FROM lastbeat.sessions s ${join}
    WHERE s.broker = ANY(${[...brokers]}::text[]) AND ${which} ${named}
      AND ${at} >= ${sql.lit(buckets.startMs)} AND ${at} < ${sql.lit(buckets.endMs)}
    GROUP BY 1, 2`;
}

const labelsOf = (line: HistoryLine): Labels =>
  line.name === OTHER ? { other: String(line.stands) } : readLabels(JSON.parse(line.name));

function readLabels(value: unknown): Labels {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

/**
 * The lines of those nothing happened to: brokers and clients that were asked for by name, as far as there is room;
 * with no event at all, one line for all clients, so that a quiet day is a line at zero and not an empty chart.
 */
async function withoutEvents(
  db: Kysely<Schema>,
  signal: Signal,
  filter: Labels,
  brokers: readonly string[],
  lines: readonly HistoryLine[],
): Promise<{ labels: Labels; cells: [] }[]> {
  const quiet = (labels: Labels) => ({ labels, cells: [] as [] });
  if (signal.kind === "broker") {
    const shown = new Set(lines.map((line) => labelsOf(line).broker));
    const rest = brokers.filter((broker) => !shown.has(broker));
    return rest.slice(0, Math.max(0, LINES_MAX - lines.length)).map((broker) => quiet({ broker }));
  }
  if (lines.length > 0) return [];
  const named = filter.client === undefined ? sql`` : sql`AND name = ${clean(filter.client)}`;
  const { rows } = await sql<{ broker: string; clients: number }>`SELECT broker, count(*) AS clients
    FROM lastbeat.clients WHERE broker = ANY(${[...brokers]}::text[]) AND state <> 'departed' ${named}
    GROUP BY broker ORDER BY broker LIMIT ${sql.lit(LINES_MAX)}`.execute(db);
  const { client } = filter;
  if (client !== undefined) return rows.map(({ broker }) => quiet({ broker, client }));
  const clients = rows.reduce((sum, row) => sum + row.clients, 0);
  return clients === 0 ? [] : [quiet({ other: String(clients) })];
}
