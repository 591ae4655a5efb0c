import "server-only";
import { type Kysely, sql } from "kysely";
import type { HistoryRow, InstanceHistory, Resolution, SignalHistory } from "@/lib/alerts/backtest/history";
import { INSTANCES_MAX, type RuleThresholds } from "@/lib/alerts/backtest/select-instances";
import { VISIBILITY_SIGNALS } from "@/lib/alerts/engine/target-visibility";
import { matchesAll } from "@/lib/alerts/matchers/matcher";
import type { Rule } from "@/lib/alerts/model/rule";
import { clean, jsonText } from "@/lib/base/postgres/bulk";
import { SAMPLED, type Signal, signalNamed } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { spacingOf } from "@/lib/storage/history/history";
import { rowParts, type Where, type Within } from "@/lib/storage/history/rule-rows";
import { selectHistoryToRead } from "@/lib/storage/history/select-history";
import { hasPartition } from "@/lib/storage/samples/partitions";
import { rolledUpTo } from "@/lib/storage/samples/roll-up";
import { CLIENT_MINUTES } from "@/lib/storage/samples/samples";
import type { Schema } from "@/lib/storage/schema/schema";

export interface HistoryWanted {
  readonly signal: Signal;
  /** Exact labels, besides the matchers. */
  readonly labels: Labels;
  /** Whose matchers choose instances, and whose thresholds say which of too many matter. */
  readonly rule: RuleThresholds & Pick<Rule, "match">;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Objects whose labels are looked through; the largest broker seen has a tenth of it. */
const OBJECTS_MAX = 20_000;
/** Samples are read as they were polled while they are this few: two objects for a day at 5 s. */
const SAMPLE_ROWS_MAX = 40_000;
/** Reconnects counted at all: a storm of all clients of the largest broker, several times over. */
const RECONNECTS_MAX = 50_000;

/** The stored history of a signal's instances, bounded in rows and instances. */
export async function readHistory(db: Kysely<Schema>, wanted: HistoryWanted): Promise<SignalHistory> {
  if (wanted.signal.stored === "counted") return readReconnects(db, wanted);
  const objects = await objectsOf(db, wanted);
  const resolution = await resolutionOf(db, wanted, objects);
  const rawFromMs = await rawFrom(db, wanted, resolution);
  const where = { place: placeOf(wanted.signal), within: wanted, rawFromMs };
  const { read, left } = await selectHistoryToRead(db, objects, wanted.rule, where);
  const instances = await rowsOf(db, read, where);
  const seen = await readSeen(db, read, wanted, resolution);
  return { resolution, instances, seen, left };
}

interface Known {
  readonly id: number;
  readonly labels: Labels;
}

async function objectsOf(db: Kysely<Schema>, wanted: HistoryWanted): Promise<readonly Known[]> {
  const { rows } = await sql<Known>`SELECT id, labels FROM lastbeat.objects
    WHERE kind = ${clean(wanted.signal.kind)} AND labels @> ${jsonText(wanted.labels)}::jsonb
    ORDER BY id DESC LIMIT ${OBJECTS_MAX}`.execute(db);
  return rows.filter(({ labels }) => matchesAll(wanted.rule.match, labels));
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

/** From when on there are samples where minutes are asked for; null: there are none of this kind. */
async function rawFrom(db: Kysely<Schema>, { fromMs }: Within, resolution: Resolution): Promise<number | null> {
  if (resolution === "trouble") return null;
  return resolution === "samples" ? fromMs : rolledUpTo(db);
}

/** One row of arrays per object: thousands of small rows would cost more to send than to find. */
async function rowsOf(
  db: Kysely<Schema>,
  objects: readonly Known[],
  where: Where,
): Promise<readonly InstanceHistory[]> {
  if (objects.length === 0 || where.place === 0) return [];
  const ids = objects.map(({ id }) => id);
  const { rows } = await sql<Stored>`SELECT id, to_json(array_agg(at_ms ORDER BY at_ms)) AS at,
      to_json(array_agg(lo ORDER BY at_ms)) AS lo, to_json(array_agg(hi ORDER BY at_ms)) AS hi,
      to_json(array_agg(mean ORDER BY at_ms)) AS mean
    FROM (${rowParts(ids, where)}) stored GROUP BY id`.execute(db);
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

const rowsIn = ({ at, lo, hi, mean }: Stored): readonly HistoryRow[] =>
  at.map((ms, place): HistoryRow => [ms, lo[place] ?? null, hi[place] ?? null, mean[place] ?? null]);

/** Whether the brokers and sources of these objects could be seen, in the same resolution. */
async function readSeen(
  db: Kysely<Schema>,
  of: readonly { readonly labels: Labels }[],
  within: Within,
  resolution: Resolution,
): Promise<readonly InstanceHistory[]> {
  const rawFromMs = await rawFrom(db, within, resolution === "samples" ? "samples" : "minutes");
  const parts = await Promise.all(
    (["broker", "source"] as const).map(async (kind) => {
      const names = [...new Set(of.flatMap(({ labels }) => labels[kind] ?? []))];
      const up = signalNamed(VISIBILITY_SIGNALS[kind]);
      if (names.length === 0 || up === null) return [];
      const { rows } = await sql<Known>`SELECT id, labels FROM lastbeat.objects
        WHERE kind = ${kind} AND labels ->> ${kind} = ANY(${names.map(clean)}::text[])`.execute(db);
      return rowsOf(db, rows, { place: placeOf(up), within, rawFromMs });
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
  const all = rows.filter((row) => matchesAll(wanted.rule.match, row.labels));
  const read = all.slice(0, INSTANCES_MAX);
  const instances = read.map((row) => ({ labels: row.labels, rows: row.at.map((ms): HistoryRow => [ms, 1, 1, 1]) }));
  const seen = await readSeen(db, read, wanted, "sessions");
  return { resolution: "sessions", instances, seen, left: all.length - read.length };
}
