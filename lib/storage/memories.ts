import "server-only";
import { type Kysely, sql } from "kysely";
import { instant } from "@/lib/base/postgres/bulk";
import type { Schema } from "@/lib/storage/schema/schema";

/** The memory of a broker or source as it was last stored. */
interface StoredText {
  readonly text: string;
  readonly savedMs: number;
}

/** `scope`: `broker:<id>` or `source:<id>`. */
export async function loadMemory(db: Kysely<Schema>, scope: string): Promise<StoredText | null> {
  const { rows } = await sql<{ saved_ms: number; memory: string }>`SELECT saved_ms, memory FROM lastbeat.memories
    WHERE scope = ${scope}`.execute(db);
  return rows[0] === undefined ? null : { text: rows[0].memory, savedMs: rows[0].saved_ms };
}

/** Replaces the stored memory of a scope; `text` null, too large to be stored, deletes it: an old one would be wrong. */
export async function saveMemory(db: Kysely<Schema>, scope: string, text: string | null, nowMs: number): Promise<void> {
  if (text === null) {
    await sql`DELETE FROM lastbeat.memories WHERE scope = ${scope}`.execute(db);
    return;
  }
  await sql`INSERT INTO lastbeat.memories (scope, saved_ms, memory) VALUES (${scope}, ${instant(nowMs)}, ${text})
    ON CONFLICT (scope) DO UPDATE SET saved_ms = excluded.saved_ms, memory = excluded.memory`.execute(db);
}
