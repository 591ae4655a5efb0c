import "server-only";
import { type Kysely, sql } from "kysely";
import type { z } from "zod";
import { clean, jsonText } from "@/lib/base/postgres/bulk";
import type { Schema } from "@/lib/storage/schema/schema";

/**
 * A stored setting, parsed by its schema; null if it was never set, or if the stored value does not match the schema
 * (an older version wrote it). Then the caller's default applies.
 */
export async function getSetting<T>(db: Kysely<Schema>, key: string, schema: z.ZodType<T>): Promise<T | null> {
  const { rows } = await sql<{ value: unknown }>`SELECT value FROM lastbeat.settings WHERE key = ${clean(key)}`.execute(
    db,
  );
  if (rows[0] === undefined) return null;
  const read = schema.safeParse(rows[0].value);
  return read.success ? read.data : null;
}

/** Writes a setting. `value` must survive JSON. */
export async function setSetting(db: Kysely<Schema>, key: string, value: unknown): Promise<void> {
  await sql`INSERT INTO lastbeat.settings (key, value) VALUES (${clean(key)}, ${jsonText(value)}::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`.execute(db);
}

/** Both, for callers without access to the database. */
export const settingsOf = (db: Kysely<Schema>) => ({
  get: <T>(key: string, schema: z.ZodType<T>): Promise<T | null> => getSetting(db, key, schema),
  set: (key: string, value: unknown): Promise<void> => setSetting(db, key, value),
});
