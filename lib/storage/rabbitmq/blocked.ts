import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, instant } from "@/lib/base/postgres/bulk";
import type { BlockedChanges } from "@/lib/rabbitmq/clients/blocked";
import type { Schema } from "@/lib/storage/schema/schema";

/** A period in which the broker read nothing from a client; `toMs` is null while it continues. */
export interface BlockedSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** Spans on one axis; more cannot be distinguished. */
const SPANS_MAX = 500;

/** Closes the spans of clients that are unblocked and opens those of newly blocked ones; saving it again changes nothing. */
export async function saveBlocked(db: Kysely<Schema>, changes: BlockedChanges, atMs: number): Promise<void> {
  if (changes.ended.length > 0) {
    await sql`UPDATE lastbeat.blocked_spans SET to_ms = greatest(from_ms, ${instant(atMs)}::bigint)
      WHERE to_ms IS NULL AND client = ANY(${changes.ended.map(clean)}::text[])`.execute(db);
  }
  if (changes.began.length > 0) {
    await sql`INSERT INTO lastbeat.blocked_spans (client, from_ms)
      SELECT client, ${instant(atMs)}::bigint FROM unnest(${changes.began.map(clean)}::text[]) AS t (client)
      ON CONFLICT DO NOTHING`.execute(db);
  }
}

/** The blocked periods of one client that overlap [fromMs, toMs), oldest first: the latest 500. */
export async function listBlocked(
  db: Kysely<Schema>,
  client: string,
  within: { readonly fromMs: number; readonly toMs: number },
): Promise<BlockedSpan[]> {
  const { rows } = await sql<{ from_ms: number; to_ms: number | null }>`
    SELECT from_ms, to_ms FROM lastbeat.blocked_spans
    WHERE client = ${clean(client)} AND from_ms < ${instant(within.toMs)}
      AND (to_ms IS NULL OR to_ms > ${instant(within.fromMs)})
    ORDER BY from_ms DESC LIMIT ${sql.lit(SPANS_MAX)}`.execute(db);
  return rows.map((row) => ({ fromMs: row.from_ms, toMs: row.to_ms })).reverse();
}
