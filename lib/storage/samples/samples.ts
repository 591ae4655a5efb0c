import "server-only";
import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { type Column, clean, instant, jsonText, portions, unnest } from "@/lib/base/postgres/bulk";
import { CLIENT_MINUTES, type ClientMinuteSignal, placeOf, type Sample } from "@/lib/base/signals/catalogue";
import { MINUTE } from "@/lib/base/time/duration";
import type { ActivitySignals } from "@/lib/rabbitmq/clients/signals";
import { ensurePartition } from "@/lib/storage/samples/partitions";
import type { Schema, StoredKind } from "@/lib/storage/schema/schema";

/** What was measured of one client in one minute; null where it was not measured. */
export interface ClientMinute {
  readonly broker: string;
  readonly client: string;
  readonly silence: number | null;
  readonly missed: number | null;
  readonly lost: number | null;
  readonly absent: number | null;
  readonly doing: ActivitySignals;
}

/**
 * Writes one wide row per observed object. All rows of one poll have the same instant; of two rows with the same object and
 * instant the later remains. Objects seen for the first time get their id in the same transaction.
 */
export async function saveSamples(db: Kysely<Schema>, atMs: number, samples: readonly Sample[]): Promise<void> {
  if (samples.length === 0) return;
  const at = instant(atMs);
  await ensurePartition(db, "samples", at);
  for (const part of portions(samples, keyOf)) {
    const ids = await objectIds(db, part);
    const rows = part.map((sample) => ({ id: ids.get(keyOf(sample)), values: arrayText(sample.values) }));
    await sql`INSERT INTO lastbeat.samples (object_id, at_ms, values)
      SELECT id, ${at}::bigint, row::float8[] FROM ${unnest(rows, VALUES)} AS t (id, row)
      ON CONFLICT (object_id, at_ms) DO UPDATE SET values = excluded.values`.execute(db);
  }
}

/**
 * Writes what was measured of clients in a minute. Where a minute is written twice (a restart), the extremes of both
 * remain and the averages are weighted. A client without a measurement is left out.
 */
export async function saveClientMinutes(
  db: Kysely<Schema>,
  minuteMs: number,
  rows: readonly ClientMinute[],
): Promise<void> {
  const measured = rows
    .map((row) => ({
      kind: "client" as const,
      labels: { broker: row.broker, client: row.client },
      values: minuteValues(row),
    }))
    .filter((row) => row.values.some((value) => value !== null));
  if (measured.length === 0) return;
  const minute = Math.floor(minuteMs / MINUTE) * MINUTE;
  await ensurePartition(db, "sample_minutes", minute);
  for (const part of portions(measured, keyOf)) {
    const ids = await objectIds(db, part);
    const written = part.map((row) => ({ id: ids.get(keyOf(row)), values: arrayText(row.values) }));
    await sql`INSERT INTO lastbeat.sample_minutes AS known (object_id, minute_ms, mins, maxs, avgs, counts)
      SELECT id, ${minute}::bigint, row::float8[], row::float8[], row::float8[],
        ARRAY(SELECT num_nonnulls(v) FROM unnest(row::float8[]) WITH ORDINALITY AS e (v, place) ORDER BY place)
      FROM ${unnest(written, VALUES)} AS t (id, row)
      ON CONFLICT (object_id, minute_ms) DO UPDATE SET
        mins = ARRAY(SELECT least(a, b) FROM ${both("mins")} ORDER BY place),
        maxs = ARRAY(SELECT greatest(a, b) FROM ${both("maxs")} ORDER BY place),
        avgs = ARRAY(SELECT (coalesce(a * n, 0) + coalesce(b * m, 0)) / nullif(n + m, 0)
          FROM unnest(known.avgs, excluded.avgs, known.counts, excluded.counts)
            WITH ORDINALITY AS e (a, b, n, m, place) ORDER BY place),
        counts = ARRAY(SELECT a + b FROM ${both("counts")} ORDER BY place)`.execute(db);
  }
}

/** How many sessions of a broker were never listed, at or after each of the instants. Reaches back as far as samples do. */
export async function sumUnseen(db: Kysely<Schema>, broker: string, sinceMs: readonly number[]): Promise<number[]> {
  if (sinceMs.length === 0) return [];
  const place = sql.lit(placeOf("broker.sessions.unseen"));
  const key = keyOf({ kind: "broker", labels: { broker } });
  const sums = sinceMs.map(
    (since) => sql`coalesce(sum(s.values[${place}]) FILTER (WHERE s.at_ms >= ${instant(since)}), 0)`,
  );
  const { rows } = await sql<{ sums: number[] }>`SELECT ARRAY[${sql.join(sums)}] AS sums FROM lastbeat.samples s
    WHERE s.object_id = (SELECT id FROM lastbeat.objects WHERE key = ${key})
      AND s.at_ms >= ${instant(Math.min(...sinceMs))}`.execute(db);
  return rows[0]?.sums ?? sinceMs.map(() => 0);
}

interface Labelled {
  readonly kind: StoredKind;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The ids of objects, by key. Read at every poll and not cached: the cached id of a transaction that was rolled back
 * would belong to no object, or later to another one.
 */
async function objectIds(db: Kysely<Schema>, objects: readonly Labelled[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: number; key: string }>`
    WITH wanted AS (SELECT * FROM ${unnest(objects, OBJECT)} AS t (key, kind, labels)),
    made AS (
      INSERT INTO lastbeat.objects (key, kind, labels)
      SELECT key, kind, labels FROM wanted
      WHERE NOT EXISTS (SELECT FROM lastbeat.objects known WHERE known.key = wanted.key)
      ON CONFLICT (key) DO UPDATE SET kind = excluded.kind
      RETURNING id, key)
    SELECT id, key FROM lastbeat.objects WHERE key IN (SELECT key FROM wanted)
    UNION SELECT id, key FROM made`.execute(db);
  return new Map(rows.map((row) => [row.key, row.id]));
}

const sorted = (labels: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));

const keyOf = ({ kind, labels }: Labelled): string =>
  createHash("sha256")
    .update(jsonText([kind, sorted(labels)]))
    .digest("base64url");

/** The values of a minute row, in the order of the catalogue. */
function minuteValues({ silence, missed, lost, absent, doing }: ClientMinute): (number | null)[] {
  const values: Record<ClientMinuteSignal, number | null> = {
    "client.heartbeat.silence": silence,
    "client.heartbeat.missed": missed,
    "client.lost": lost,
    "client.absent": absent,
    "client.consumers.missing": doing.missing,
    "client.consumers.idle": doing.idle,
    "client.publish.silent": doing.publishSilent,
    "client.unacked.pinned": doing.pinned,
    "client.blocked": doing.blocked,
    "client.connections.leaked": doing.leaked,
    "client.connections.opened": doing.opened,
    "client.replicas.missing": doing.replicas,
  };
  return CLIENT_MINUTES.map(([name]) => finite(values[name]));
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

/** An array of numbers in PostgreSQL's text form: unnest would flatten an array of arrays to single numbers. */
const arrayText = (values: readonly (number | null)[]): string =>
  `{${values.map((value) => finite(value) ?? "NULL").join(",")}}`;

const OBJECT: readonly Column<Labelled>[] = [
  ["key", "text", keyOf],
  ["kind", "text", (object) => clean(object.kind)],
  ["labels", "jsonb", (object) => jsonText(object.labels)],
];

const VALUES: readonly Column<{ id: number | undefined; values: string }>[] = [
  ["id", "integer", (row) => row.id],
  ["row", "text", (row) => row.values],
];

const both = (column: "mins" | "maxs" | "counts") =>
  sql.raw(`unnest(known.${column}, excluded.${column}) WITH ORDINALITY AS e (a, b, place)`);
