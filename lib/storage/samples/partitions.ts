import "server-only";
import { type Kysely, sql } from "kysely";
import { inTransaction } from "@/lib/base/postgres/transaction";
import { DAY } from "@/lib/base/time/duration";
import type { Schema } from "@/lib/storage/schema/schema";

/** The tables that are cut by UTC day. */
export type Daily = "samples" | "sample_minutes";

export const dayOf = (ms: number): number => Math.floor(ms / DAY) * DAY;

const partitionOf = (table: Daily, dayMs: number): string =>
  `${table}_${new Date(dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;

/** Whether the day of `ms` is (still) kept in `table`. */
export async function hasPartition(db: Kysely<Schema>, table: Daily, ms: number): Promise<boolean> {
  const name = `lastbeat.${partitionOf(table, dayOf(ms))}`;
  const { rows } = await sql<{ there: boolean }>`SELECT to_regclass(${name}) IS NOT NULL AS there`.execute(db);
  return rows[0]?.there ?? false;
}

/**
 * Makes the partition for the day of `ms` where there is none. Attached to its table rather than made as a part of
 * it, since that would lock out every reader and writer of the others.
 */
export async function ensurePartition(db: Kysely<Schema>, table: Daily, ms: number): Promise<void> {
  if (await hasPartition(db, table, ms)) return;
  await inTransaction(db, async (trx) => {
    const parent = sql.raw(`lastbeat.${table}`);
    // Keeps a second instance out, which then finds the partition made; inserts of others go on.
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
export async function dropPartitions(db: Kysely<Schema>, table: Daily, endedMs: number): Promise<void> {
  const { rows } = await sql<{ name: string }>`SELECT c.relname AS name FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ${`lastbeat.${table}`}::regclass`.execute(db);
  for (const { name } of rows) {
    const [, year, month, date] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
    if (year === undefined || month === undefined || date === undefined) continue;
    const endMs = Date.UTC(Number(year), Number(month) - 1, Number(date)) + DAY;
    if (endMs <= endedMs) await sql`DROP TABLE IF EXISTS ${sql.raw(`lastbeat.${name}`)}`.execute(db);
  }
}
