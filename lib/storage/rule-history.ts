import "server-only";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { InstanceHistory, Resolution, Row, SignalHistory } from "@/lib/alerts/history";
import { type Matcher, matchesAll } from "@/lib/alerts/matcher";
import { SEEN_SIGNALS } from "@/lib/alerts/sight";
import { clean, jsonText } from "@/lib/postgres/bulk";
import { SAMPLED, type Signal, signalNamed } from "@/lib/signals/catalogue";
import { spacingOf } from "@/lib/storage/history";
import { hasPartition } from "@/lib/storage/partitions";
import { rolledUpTo } from "@/lib/storage/roll-up";
import { CLIENT_MINUTES } from "@/lib/storage/samples";
import type { Schema } from "@/lib/storage/schema";
import { MINUTE } from "@/lib/time/duration";

type Labels = Readonly<Record<string, string>>;

export interface HistoryWanted {
  readonly signal: Signal;
  /** Exact labels, besides the matchers. */
  readonly labels: Labels;
  readonly match: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Objects whose labels are looked through; the largest broker seen has a tenth of it. */
const OBJECTS_MAX = 20_000;
/** Samples are read as they were polled while they are this few: two objects for a day at 5 s. */
const SAMPLE_ROWS_MAX = 40_000;
/** Rows of minutes read at all: 41 instances for a day. Reading and judging 86,000 took 1.2 s of processor time. */
const MINUTE_ROWS_MAX = 60_000;
/** However short the span, more lines of history than this help nobody to set a threshold. */
const INSTANCES_MAX = 500;
/** Reconnects counted at all: a storm of all clients of the largest broker, several times over. */
const RECONNECTS_MAX = 50_000;

/** The stored history of a signal's instances, bounded in rows and instances. */
export async function readHistory(db: Kysely<Schema>, wanted: HistoryWanted): Promise<SignalHistory> {
  if (wanted.signal.stored === "counted") return readReconnects(db, wanted);
  const objects = await objectsOf(db, wanted);
  const resolution = await resolutionOf(db, wanted, objects);
  const minutes = Math.max(1, Math.ceil((wanted.toMs - wanted.fromMs) / MINUTE));
  const most = Math.min(INSTANCES_MAX, Math.max(1, Math.floor(MINUTE_ROWS_MAX / minutes)));
  const read = objects.slice(0, most);
  const instances = await rowsOf(db, read, placeOf(wanted.signal), wanted, resolution);
  const seen = await readSeen(db, read, wanted, resolution);
  return { resolution, instances, seen, left: objects.length - read.length };
}

interface Known {
  readonly id: number;
  readonly labels: Labels;
}

async function objectsOf(db: Kysely<Schema>, wanted: HistoryWanted): Promise<readonly Known[]> {
  const { rows } = await sql<Known>`SELECT id, labels FROM lastbeat.objects
    WHERE kind = ${clean(wanted.signal.kind)} AND labels @> ${jsonText(wanted.labels)}::jsonb
    ORDER BY id DESC LIMIT ${OBJECTS_MAX}`.execute(db);
  return rows.filter(({ labels }) => matchesAll(wanted.match, labels));
}

async function resolutionOf(
  db: Kysely<Schema>,
  { signal, fromMs, toMs }: HistoryWanted,
  objects: readonly Known[],
): Promise<Resolution> {
  if (signal.stored === "minutes") return "trouble";
  if (!(await hasPartition(db, "samples", fromMs))) return "minutes";
  const ids = objects.map(({ id }) => id);
  // Twice the usual distance of two polls: a bucket into which one is sure to fall.
  const spacingMs = (await spacingOf(db, ids, { fromMs, toMs, rawFromMs: 0, stepMinMs: 0 })) / 2;
  if (spacingMs === 0) return "samples";
  return (objects.length * (toMs - fromMs)) / spacingMs <= SAMPLE_ROWS_MAX ? "samples" : "minutes";
}

/** Where a signal's number stands in the rows of its kind, from 1 as SQL counts. */
function placeOf(signal: Signal): number {
  if (signal.stored === "minutes") return CLIENT_MINUTES.indexOf(signal.name) + 1;
  const list = Object.entries(SAMPLED).find(([kind]) => kind === signal.kind)?.[1] ?? [];
  return list.findIndex(([name]) => name === signal.name) + 1;
}

type Within = Pick<HistoryWanted, "fromMs" | "toMs">;

/** One row of arrays per object: thousands of small rows would cost more to send than to find. */
async function rowsOf(
  db: Kysely<Schema>,
  objects: readonly Known[],
  place: number,
  within: Within,
  resolution: Resolution,
): Promise<readonly InstanceHistory[]> {
  if (objects.length === 0 || place === 0) return [];
  const rawFromMs = resolution === "samples" ? within.fromMs : resolution === "trouble" ? null : await rolledUpTo(db);
  const ids = objects.map(({ id }) => id);
  const parts = [
    ...(rawFromMs === null || rawFromMs > within.fromMs ? [minutesOf(ids, place, within, rawFromMs)] : []),
    ...(rawFromMs !== null && rawFromMs < within.toMs ? [samplesOf(ids, place, within, rawFromMs)] : []),
  ];
  const { rows } = await sql<Stored>`SELECT id, to_json(array_agg(at_ms ORDER BY at_ms)) AS at,
      to_json(array_agg(lo ORDER BY at_ms)) AS lo, to_json(array_agg(hi ORDER BY at_ms)) AS hi,
      to_json(array_agg(mean ORDER BY at_ms)) AS mean
    FROM (${sql.join(parts, sql` UNION ALL `)}) stored GROUP BY id`.execute(db);
  const found = new Map(rows.map((row) => [row.id, row]));
  return objects.flatMap(({ id, labels }) => {
    const row = found.get(id);
    return row === undefined ? [] : [{ labels, rows: rowsIn(row) }];
  });
}

interface Stored {
  readonly id: number;
  readonly at: readonly number[];
  readonly lo: readonly (number | null)[];
  readonly hi: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
}

const rowsIn = ({ at, lo, hi, mean }: Stored): readonly Row[] =>
  at.map((ms, place): Row => [ms, lo[place] ?? null, hi[place] ?? null, mean[place] ?? null]);

function minutesOf(ids: readonly number[], place: number, within: Within, untilMs: number | null): RawBuilder<unknown> {
  const at = sql.lit(place);
  const toMs = Math.min(within.toMs, untilMs ?? within.toMs);
  return sql`SELECT m.object_id AS id, m.minute_ms AS at_ms, m.mins[${at}] AS lo, m.maxs[${at}] AS hi, m.avgs[${at}] AS mean
    FROM lastbeat.sample_minutes m WHERE m.object_id = ANY(${[...ids]}::int[])
      AND m.minute_ms >= ${sql.lit(Math.floor(within.fromMs))} AND m.minute_ms < ${sql.lit(Math.ceil(toMs))}`;
}

function samplesOf(ids: readonly number[], place: number, within: Within, rawFromMs: number): RawBuilder<unknown> {
  const at = sql.lit(place);
  const fromMs = Math.max(within.fromMs, rawFromMs);
  return sql`SELECT s.object_id AS id, s.at_ms, s.values[${at}] AS lo, s.values[${at}] AS hi, s.values[${at}] AS mean
    FROM lastbeat.samples s WHERE s.object_id = ANY(${[...ids]}::int[])
      AND s.at_ms >= ${sql.lit(Math.floor(fromMs))} AND s.at_ms < ${sql.lit(Math.ceil(within.toMs))}`;
}

/** Whether the brokers and sources of these objects could be seen, in the same resolution. */
async function readSeen(
  db: Kysely<Schema>,
  of: readonly { readonly labels: Labels }[],
  within: Within,
  resolution: Resolution,
): Promise<readonly InstanceHistory[]> {
  const parts = await Promise.all(
    (["broker", "source"] as const).map(async (kind) => {
      const names = [...new Set(of.flatMap(({ labels }) => labels[kind] ?? []))];
      const up = signalNamed(SEEN_SIGNALS[kind]);
      if (names.length === 0 || up === null) return [];
      const { rows } = await sql<Known>`SELECT id, labels FROM lastbeat.objects
        WHERE kind = ${kind} AND labels ->> ${kind} = ANY(${names.map(clean)}::text[])`.execute(db);
      return rowsOf(db, rows, placeOf(up), within, resolution === "samples" ? "samples" : "minutes");
    }),
  );
  return parts.flat();
}

/** When each client of some brokers came back; counted in windows by whoever asks. */
async function readReconnects(db: Kysely<Schema>, wanted: HistoryWanted): Promise<SignalHistory> {
  const perClient = wanted.signal.kind === "client";
  const isEnd = wanted.signal.name === "broker.heartbeat.ends";
  const at = isEnd ? sql`s.closed_ms` : sql`s.opened_ms`;
  const which = isEnd ? sql`s.end_reason = 'heartbeat'` : sql`s.reconnect`;
  const labels = perClient
    ? sql`jsonb_build_object('broker', c.broker, 'vhost', c.vhost, 'client', c.name, 'clientId', c.id)`
    : sql`jsonb_build_object('broker', s.broker)`;
  const join = perClient ? sql`JOIN lastbeat.clients c ON c.id = s.client` : sql``;
  const { rows } = await sql<{ labels: Labels; at: readonly number[] }>`
    SELECT labels, to_json(array_agg(at ORDER BY at)) AS at FROM (
      SELECT ${labels} AS labels, ${at} AS at FROM lastbeat.sessions s ${join}
      WHERE ${which} AND ${at} >= ${sql.lit(Math.floor(wanted.fromMs))} AND ${at} < ${sql.lit(Math.ceil(wanted.toMs))}
      ORDER BY ${at} DESC LIMIT ${RECONNECTS_MAX}) counted
    WHERE labels @> ${jsonText(wanted.labels)}::jsonb GROUP BY labels`.execute(db);
  const all = rows.filter((row) => matchesAll(wanted.match, row.labels));
  const read = all.slice(0, INSTANCES_MAX);
  const instances = read.map((row) => ({ labels: row.labels, rows: row.at.map((ms): Row => [ms, 1, 1, 1]) }));
  const seen = await readSeen(db, read, wanted, "sessions");
  return { resolution: "sessions", instances, seen, left: all.length - read.length };
}
