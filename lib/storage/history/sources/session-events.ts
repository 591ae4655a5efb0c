import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { HistoryRow } from "@/lib/alerts/backtest/history";
import { INSTANCES_MAX } from "@/lib/alerts/backtest/select-instances";
import { matchesAll } from "@/lib/alerts/matchers/matcher";
import { clean, jsonText } from "@/lib/base/postgres/bulk";
import type { Signal } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { type Buckets, pointsOf } from "@/lib/storage/history/buckets";
import { bucketOf, type HistoryLine, LINES_MAX, largestLines, OTHER } from "@/lib/storage/history/chart-lines";
import { sampledChartRange } from "@/lib/storage/history/chart-range";
import { objectsWith } from "@/lib/storage/history/objects";
import type { HistoryRange, HistorySource, Series } from "@/lib/storage/history/source";
import { readSeenBuckets, readVisibility } from "@/lib/storage/history/sources/visibility";
import { isOfOthers } from "@/lib/storage/rabbitmq/own-sessions";
import type { Schema } from "@/lib/storage/schema/schema";

/** Events counted at all: a reconnect storm of all clients of the largest broker, several times over. */
const EVENTS_MAX = 50_000;

/** Signals that are counted from sessions: reconnects by when they opened, heartbeat ends by when they closed. */
export const sessionEvents: HistorySource = {
  /**
   * The count of each bucket is its minimum, maximum and average. No event is 0 in a bucket in which the broker answered
   * a poll, and null in one in which it could not be seen; an event that is learnt later counts in its bucket all the same.
   */
  async chart(db, { signal, labels, ...requested }, resolution) {
    const filter = labels.broker === undefined ? {} : { broker: labels.broker };
    const brokers = await objectsWith(db, "broker", filter);
    const ids = brokers.map(({ id }) => id);
    const { buckets, range } = await sampledChartRange(db, requested, ids, resolution);
    if (ids.length === 0) return { stepMs: buckets.stepMs, series: [] };
    const names = brokers.map((broker) => broker.labels.broker ?? "");
    const seen = await readSeenBuckets(db, brokers, { buckets, range });
    const lines = await largestLines(db, cellsOf(signal, names, labels, buckets));
    const quiet = await linesWithoutEvents(db, signal, { brokers: names, labels, lines });
    const zeroWhereSeen = (broker: string | undefined) => (bucket: number) =>
      (broker === undefined ? seen.ofAny : seen.byBroker.get(broker))?.has(bucket) ? 0 : null;
    const series = [...lines.map((line) => ({ ...line, labels: labelsOf(line) })), ...quiet].map(
      (line): Series => ({
        labels: line.labels,
        points: pointsOf(buckets, line.cells, zeroWhereSeen(line.labels.broker)),
      }),
    );
    return { stepMs: buckets.stepMs, series };
  },
  /** The instants of the events of each instance; the back-test counts them in windows. */
  async instances(db, { signal, labels, fromMs, toMs }, rule) {
    const range = { fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) };
    const identity = signal.kind === "client" ? CLIENT : BROKER;
    const { rows } = await sql<{ labels: Labels; at: readonly number[] }>`
      SELECT labels, to_json(array_agg(at_ms ORDER BY at_ms)) AS at FROM (
        ${eventsOf(signal, identity, range, sql``)} ORDER BY at_ms DESC LIMIT ${EVENTS_MAX}) events
      WHERE labels @> ${jsonText(labels)}::jsonb GROUP BY labels`.execute(db);
    const matching = rows.filter((row) => matchesAll(rule.match, row.labels));
    const selected = matching.slice(0, INSTANCES_MAX);
    const instances = selected.map((row) => ({
      labels: row.labels,
      rows: row.at.map((ms): HistoryRow => [ms, 1, 1, 1]),
    }));
    const seen = await readVisibility(db, selected, { fromMs, toMs }, "sessions");
    return { resolution: "sessions", instances, seen, left: matching.length - selected.length };
  },
};

/** The labels of an event: of its broker, of its client, or of all clients that carry the same name. */
const BROKER = sql`jsonb_build_object('broker', s.broker)`;
const CLIENT = sql`jsonb_build_object('broker', c.broker, 'vhost', c.vhost, 'client', c.name, 'clientId', c.id)`;
const CLIENT_NAME = sql`jsonb_build_object('broker', s.broker, 'client', c.name)`;

/** Rows (labels, at_ms), one for each event of the signal. */
function eventsOf(
  signal: Signal,
  labels: RawBuilder<unknown>,
  { fromMs, toMs }: HistoryRange,
  filter: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const isEnd = signal.name === "broker.heartbeat.ends";
  const at = isEnd ? sql`s.closed_ms` : sql`s.opened_ms`;
  const which = isEnd ? sql`s.end_reason = 'heartbeat'` : sql`s.reconnect`;
  const clients = signal.kind === "client" ? sql`JOIN lastbeat.clients c ON c.id = s.client` : sql``;
  return sql`SELECT ${labels} AS labels, ${at} AS at_ms FROM lastbeat.sessions s ${clients}
    WHERE ${which} AND ${at} >= ${sql.lit(fromMs)} AND ${at} < ${sql.lit(toMs)}
      AND ${isOfOthers(sql`s.client`)} ${filter}`;
}

function cellsOf(signal: Signal, brokers: readonly string[], labels: Labels, buckets: Buckets): RawBuilder<unknown> {
  const isClient = signal.kind === "client";
  const named = isClient && labels.client !== undefined ? sql`AND c.name = ${clean(labels.client)}` : sql``;
  const filter = sql`AND s.broker = ANY(${[...brokers]}::text[]) ${named}`;
  const events = eventsOf(
    signal,
    isClient ? CLIENT_NAME : BROKER,
    { fromMs: buckets.startMs, toMs: buckets.endMs },
    filter,
  );
  const count = sql`count(*)::float8`;
  return sql`SELECT labels::text AS line, ${bucketOf(sql`at_ms`, buckets)} AS bucket,
      ${count} AS lo, ${count} AS hi, ${count} AS mean
    FROM (${events}) events GROUP BY 1, 2`;
}

const labelsOf = (line: HistoryLine): Labels =>
  line.name === OTHER ? { other: String(line.seriesCount) } : parseLabels(JSON.parse(line.name));

function parseLabels(value: unknown): Labels {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

interface QuietLine {
  readonly labels: Labels;
  readonly cells: readonly [];
}

interface ChartSoFar {
  readonly brokers: readonly string[];
  readonly labels: Labels;
  readonly lines: readonly HistoryLine[];
}

/**
 * The lines of brokers and clients without an event: those requested by name, as far as there is room; where there was no
 * event at all, one line for all clients, so that a quiet day is a line at zero and not an empty chart.
 */
async function linesWithoutEvents(
  db: Kysely<Schema>,
  signal: Signal,
  { brokers, labels, lines }: ChartSoFar,
): Promise<QuietLine[]> {
  const quiet = (of: Labels): QuietLine => ({ labels: of, cells: [] });
  if (signal.kind === "broker") {
    const shown = new Set(lines.map((line) => labelsOf(line).broker));
    const rest = brokers.filter((broker) => !shown.has(broker));
    return rest.slice(0, Math.max(0, LINES_MAX - lines.length)).map((broker) => quiet({ broker }));
  }
  if (lines.length > 0) return [];
  const named = labels.client === undefined ? sql`` : sql`AND name = ${clean(labels.client)}`;
  const { rows } = await sql<{ broker: string; clients: number }>`SELECT broker, count(*) AS clients
    FROM lastbeat.clients WHERE broker = ANY(${[...brokers]}::text[]) AND state <> 'departed'
      AND ${isOfOthers(sql`id`)} ${named}
    GROUP BY broker ORDER BY broker LIMIT ${sql.lit(LINES_MAX)}`.execute(db);
  const { client } = labels;
  if (client !== undefined) return rows.map(({ broker }) => quiet({ broker, client }));
  const clients = rows.reduce((sum, row) => sum + row.clients, 0);
  return clients === 0 ? [] : [quiet({ other: String(clients) })];
}
