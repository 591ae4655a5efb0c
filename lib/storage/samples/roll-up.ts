import "server-only";
import { type Kysely, sql } from "kysely";
import { instant } from "@/lib/base/postgres/bulk";
import { inTransaction } from "@/lib/base/postgres/transaction";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { ensurePartition } from "@/lib/storage/samples/partitions";
import type { Schema } from "@/lib/storage/schema/schema";

/** A minute is rolled up once no transaction that began in it can still commit: statements end after 30 s. */
const SETTLE_MS = 45 * SECOND;
/** Minutes per transaction: a busy broker has 100,000 values a minute, and the embedded engine serves no other transaction. */
const MINUTES_AT_ONCE = 5;
/** Transactions per call: after a long downtime the calls that follow roll up the rest. */
const ROUNDS_MAX = 24;

const MARK = "rolled-up";

/** Everything before this instant is rolled up; 0 if nothing is. */
export async function rolledUpTo(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ at_ms: number }>`SELECT at_ms FROM lastbeat.marks WHERE key = ${MARK}`.execute(db);
  return rows[0]?.at_ms ?? 0;
}

/**
 * Rolls samples up to minutes: minimum, maximum, average and count of every value of every object. It continues where the
 * last call stopped, with at most two hours of samples; running it twice, or in two instances, changes nothing.
 */
export async function rollUp(db: Kysely<Schema>, nowMs: number): Promise<void> {
  const until = Math.floor((nowMs - SETTLE_MS) / MINUTE) * MINUTE;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (!(await inTransaction(db, (trx) => rollUpSome(trx, until)))) return;
  }
}

/** Returns whether more may remain. */
async function rollUpSome(trx: Kysely<Schema>, until: number): Promise<boolean> {
  await sql`INSERT INTO lastbeat.marks (key, at_ms) VALUES (${MARK}, 0) ON CONFLICT DO NOTHING`.execute(trx);
  // The lock on the mark serialises two instances.
  const { rows } = await sql<{ at_ms: number }>`SELECT at_ms FROM lastbeat.marks
    WHERE key = ${MARK} FOR UPDATE`.execute(trx);
  const mark = rows[0]?.at_ms ?? 0;
  const oldest = await oldestSince(trx, mark);
  if (oldest === null) return false;
  const from = Math.max(mark, Math.floor(oldest / MINUTE) * MINUTE);
  const to = Math.min(until, from + MINUTES_AT_ONCE * MINUTE);
  if (to <= from) return false;
  await ensurePartition(trx, "sample_minutes", from);
  await ensurePartition(trx, "sample_minutes", to - 1);
  await writeMinutes(trx, from, to);
  await sql`UPDATE lastbeat.marks SET at_ms = ${to} WHERE key = ${MARK}`.execute(trx);
  return to < until;
}

async function oldestSince(trx: Kysely<Schema>, mark: number): Promise<number | null> {
  const { rows } = await sql<{ at_ms: number | null }>`SELECT min(at_ms) AS at_ms FROM lastbeat.samples
    WHERE at_ms >= ${instant(mark)}`.execute(trx);
  return rows[0]?.at_ms ?? null;
}

async function writeMinutes(trx: Kysely<Schema>, from: number, to: number): Promise<void> {
  await sql`INSERT INTO lastbeat.sample_minutes (object_id, minute_ms, mins, maxs, avgs, counts)
    SELECT object_id, minute_ms, array_agg(lo ORDER BY place), array_agg(hi ORDER BY place),
      array_agg(mean ORDER BY place), array_agg(n ORDER BY place)
    FROM (
      SELECT s.object_id, s.at_ms - s.at_ms % ${sql.lit(MINUTE)} AS minute_ms, e.place,
        min(e.v) AS lo, max(e.v) AS hi, avg(e.v) AS mean, count(e.v)::int AS n
      FROM lastbeat.samples s, unnest(s.values) WITH ORDINALITY AS e (v, place)
      WHERE s.at_ms >= ${from} AND s.at_ms < ${to}
      GROUP BY 1, 2, 3) numbers
    GROUP BY object_id, minute_ms
    ON CONFLICT (object_id, minute_ms) DO UPDATE SET
      mins = excluded.mins, maxs = excluded.maxs, avgs = excluded.avgs, counts = excluded.counts`.execute(trx);
}
