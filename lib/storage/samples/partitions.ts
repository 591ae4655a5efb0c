import "server-only";
import { type Kysely, sql } from "kysely";
import { inTransaction } from "@/lib/base/postgres/transaction";
import { DAY } from "@/lib/base/time/duration";
import type { Schema } from "@/lib/storage/schema/schema";

/** The tables that are partitioned by UTC day. */
export type DailyTable = "samples" | "sample_minutes";

export const dayOf = (ms: number): number => Math.floor(ms / DAY) * DAY;

const partitionOf = (table: DailyTable, dayMs: number): string =>
  `${table}_${new Date(dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;

/** Whether `table` has (still) a partition for the day of `ms`. */
export async function hasPartition(db: Kysely<Schema>, table: DailyTable, ms: number): Promise<boolean> {
  const name = `lastbeat.${partitionOf(table, dayOf(ms))}`;
  const { rows } = await sql<{ exists: boolean }>`SELECT to_regclass(${name}) IS NOT NULL AS exists`.execute(db);
  return rows[0]?.exists ?? false;
}

/**
 * Creates the partition for the day of `ms` if there is none. It is created as a table and then attached: CREATE TABLE …
 * PARTITION OF would lock every reader and writer of the other partitions out.
 */
export async function ensurePartition(db: Kysely<Schema>, table: DailyTable, ms: number): Promise<void> {
  if (await hasPartition(db, table, ms)) return;
  await inTransaction(db, async (trx) => {
    const parent = sql.raw(`lastbeat.${table}`);
    // A second instance waits here and then finds the partition; inserts into the others continue.
    await sql`LOCK TABLE ONLY ${parent} IN SHARE UPDATE EXCLUSIVE MODE`.execute(trx);
    if (await hasPartition(trx, table, ms)) return;
    const day = dayOf(ms);
    const name = sql.raw(`lastbeat.${partitionOf(table, day)}`);
    await sql`CREATE TABLE ${name} (LIKE ${parent} INCLUDING ALL)`.execute(trx);
    await sql`ALTER TABLE ${parent} ATTACH PARTITION ${name}
      FOR VALUES FROM (${sql.lit(day)}) TO (${sql.lit(day + DAY)})`.execute(trx);
  });
}

/** Drops the partitions whose days ended at or before `endedMs`. */
export async function dropPartitions(db: Kysely<Schema>, table: DailyTable, endedMs: number): Promise<void> {
  const { rows } = await sql<{ name: string }>`SELECT c.relname AS name FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ${`lastbeat.${table}`}::regclass`.execute(db);
  for (const { name } of rows) {
    const [, year, month, date] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
    if (year === undefined || month === undefined || date === undefined) continue;
    const endMs = Date.UTC(Number(year), Number(month) - 1, Number(date)) + DAY;
    if (endMs <= endedMs) await sql`DROP TABLE IF EXISTS ${sql.raw(`lastbeat.${name}`)}`.execute(db);
  }
}
