import "server-only";
import { type Kysely, sql } from "kysely";
import { instant } from "@/lib/base/postgres/bulk";
import { DAY, HOUR } from "@/lib/base/time/duration";
import { dayOf, dropPartitions, ensurePartition } from "@/lib/storage/samples/partitions";
import { rolledUpTo } from "@/lib/storage/samples/roll-up";
import type { Schema } from "@/lib/storage/schema/schema";

/** Samples as they were polled: short ranges are drawn from them, and a day can be looked at twice. */
const SAMPLES_KEPT_MS = 48 * HOUR;
/** Minutes: the month in which an incident is still talked about. */
const MINUTES_KEPT_MS = 30 * DAY;
/** Ended sessions and clients not seen any more. */
const SESSIONS_KEPT_MS = 30 * DAY;
const DELIVERIES_KEPT_MS = 30 * DAY;
/** Resolved alerts: a quarter, for those who review them. */
const ALERTS_KEPT_MS = 90 * DAY;
/** Silence windows that are over: who kept what quiet, in the month in which it is still talked about. */
const WINDOWS_KEPT_MS = 30 * DAY;

/** Rows per statement, so that none holds up a tick; and statements per call, so that the call ends. */
const ROWS_AT_ONCE = 2_000;
const ROUNDS_MAX = 50;

/** Makes room for today and tomorrow and lets go of what is too old. For every hour; does nothing done already. */
export async function maintainPartitions(db: Kysely<Schema>, nowMs: number): Promise<void> {
  const today = dayOf(nowMs);
  for (const day of [today, today + DAY]) {
    await ensurePartition(db, "samples", day);
    await ensurePartition(db, "sample_minutes", day);
  }
  // What has not been rolled up yet is kept, however old: it is all there is of its time.
  await dropPartitions(db, "samples", Math.min(nowMs - SAMPLES_KEPT_MS, await rolledUpTo(db)));
  await dropPartitions(db, "sample_minutes", nowMs - MINUTES_KEPT_MS);
  await forgetRows(db, nowMs);
}

async function forgetRows(db: Kysely<Schema>, nowMs: number): Promise<void> {
  const before = (kept: number) => instant(nowMs - kept);
  await forget(db, "lastbeat.sessions", sql`closed_ms < ${before(SESSIONS_KEPT_MS)}`);
  await forget(db, "lastbeat.clients", sql`last_seen_ms < ${before(SESSIONS_KEPT_MS)}`);
  await forget(db, "lastbeat.deliveries", sql`created_ms < ${before(DELIVERIES_KEPT_MS)}`);
  await forget(db, "lastbeat.alerts", sql`state = 'resolved' AND resolved_ms < ${before(ALERTS_KEPT_MS)}`);
  await forget(db, "lastbeat.silence_windows", sql`until_ms < ${before(WINDOWS_KEPT_MS)}`);
  await forget(db, "lastbeat.blind_spans", sql`to_ms < ${before(MINUTES_KEPT_MS)}`);
  await forget(db, "lastbeat.blocked_spans", sql`to_ms < ${before(MINUTES_KEPT_MS)}`);
  await forget(db, "lastbeat.broker_restarts", sql`at_ms < ${before(MINUTES_KEPT_MS)}`);
  // Queues and runners with names made up at each start come and go. Should one come back at this very moment, its
  // sample belongs to nobody, and the next poll makes the object anew.
  await forget(
    db,
    "lastbeat.objects",
    sql`NOT EXISTS (SELECT FROM lastbeat.sample_minutes m WHERE m.object_id = objects.id)
      AND NOT EXISTS (SELECT FROM lastbeat.samples s WHERE s.object_id = objects.id)`,
  );
}

async function forget(db: Kysely<Schema>, table: keyof Schema, which: ReturnType<typeof sql>): Promise<void> {
  const from = sql.table(table);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { numAffectedRows } = await sql`DELETE FROM ${from} WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM ${from} WHERE ${which} LIMIT ${ROWS_AT_ONCE}))`.execute(db);
    if ((numAffectedRows ?? 0n) < ROWS_AT_ONCE) return;
  }
}
