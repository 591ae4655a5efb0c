import "server-only";
import { type Kysely, sql } from "kysely";
import { instant } from "@/lib/base/postgres/bulk";
import { DAY, HOUR } from "@/lib/base/time/duration";
import { dayOf, dropPartitions, ensurePartition } from "@/lib/storage/samples/partitions";
import { rolledUpTo } from "@/lib/storage/samples/roll-up";
import type { Schema } from "@/lib/storage/schema/schema";

/** Samples as polled: short ranges are drawn from them, also of the day before. */
const SAMPLES_MS = 48 * HOUR;
/** Minutes: the month in which an incident is still discussed. */
const MINUTES_MS = 30 * DAY;
/** Ended sessions, and clients since they were last seen. */
const SESSIONS_MS = 30 * DAY;
const DELIVERIES_MS = 30 * DAY;
/** Resolved alerts: a quarter, for reviews. */
const ALERTS_MS = 90 * DAY;
/** Silence windows since they ended: the month in which an incident is still discussed. */
const WINDOWS_MS = 30 * DAY;

/** Rows per statement, so that none blocks a tick; and statements per call, so that the call ends. */
const ROWS_AT_ONCE = 2_000;
const ROUNDS_MAX = 50;

/** Creates the partitions of today and tomorrow and deletes history beyond its retention. Runs every hour; idempotent. */
export async function applyRetention(db: Kysely<Schema>, nowMs: number): Promise<void> {
  const today = dayOf(nowMs);
  for (const day of [today, today + DAY]) {
    await ensurePartition(db, "samples", day);
    await ensurePartition(db, "sample_minutes", day);
  }
  // Samples that are not rolled up yet are retained, however old: nothing else is stored of their time.
  await dropPartitions(db, "samples", Math.min(nowMs - SAMPLES_MS, await rolledUpTo(db)));
  await dropPartitions(db, "sample_minutes", nowMs - MINUTES_MS);
  await deleteRows(db, nowMs);
}

async function deleteRows(db: Kysely<Schema>, nowMs: number): Promise<void> {
  const before = (ageMs: number) => instant(nowMs - ageMs);
  await deleteWhere(db, "lastbeat.sessions", sql`closed_ms < ${before(SESSIONS_MS)}`);
  await deleteWhere(db, "lastbeat.clients", sql`last_seen_ms < ${before(SESSIONS_MS)}`);
  await deleteWhere(db, "lastbeat.deliveries", sql`created_ms < ${before(DELIVERIES_MS)}`);
  await deleteWhere(db, "lastbeat.alerts", sql`state = 'resolved' AND resolved_ms < ${before(ALERTS_MS)}`);
  await deleteWhere(db, "lastbeat.incidents", sql`resolved_ms < ${before(ALERTS_MS)}`);
  await deleteWhere(db, "lastbeat.silence_windows", sql`until_ms < ${before(WINDOWS_MS)}`);
  await deleteWhere(db, "lastbeat.blind_spans", sql`to_ms < ${before(MINUTES_MS)}`);
  await deleteWhere(db, "lastbeat.blocked_spans", sql`to_ms < ${before(MINUTES_MS)}`);
  await deleteWhere(db, "lastbeat.broker_restarts", sql`at_ms < ${before(MINUTES_MS)}`);
  // Queues and runners with generated names come and go. If one returns while this statement runs, its sample belongs to no
  // object, and the next poll creates the object again.
  await deleteWhere(
    db,
    "lastbeat.objects",
    sql`NOT EXISTS (SELECT FROM lastbeat.sample_minutes m WHERE m.object_id = objects.id)
      AND NOT EXISTS (SELECT FROM lastbeat.samples s WHERE s.object_id = objects.id)`,
  );
}

async function deleteWhere(db: Kysely<Schema>, table: keyof Schema, which: ReturnType<typeof sql>): Promise<void> {
  const from = sql.table(table);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { numAffectedRows } = await sql`DELETE FROM ${from} WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM ${from} WHERE ${which} LIMIT ${ROWS_AT_ONCE}))`.execute(db);
    if ((numAffectedRows ?? 0n) < ROWS_AT_ONCE) return;
  }
}
