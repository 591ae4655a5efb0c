import "server-only";
import { type Kysely, sql } from "kysely";
import { type Reason, readReason } from "@/lib/base/messages/reason";
import { clean, instant, jsonText } from "@/lib/base/postgres/bulk";
import type { BlindSpanRow, Schema } from "@/lib/storage/schema/schema";

/** A span in which a broker could not be seen; `toMs` is null while it lasts. */
export interface BlindSpan {
  readonly broker: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly reason: Reason;
}

export interface BrokerRestart {
  readonly broker: string;
  readonly node: string;
  readonly atMs: number;
}

/** Which spans or restarts to read; `broker` null: of all brokers. */
export interface Overlap {
  readonly broker: string | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Marks on one chart; more would be a solid block of colour. */
const MARKS_MAX = 500;

/** Opens a blind span. If one is already open for the broker, it continues with the newest reason. */
export async function openBlindSpan(db: Kysely<Schema>, span: Omit<BlindSpan, "toMs">): Promise<void> {
  const reason = jsonText(span.reason);
  const { rows } = await sql`UPDATE lastbeat.blind_spans SET reason = ${reason}::jsonb
    WHERE broker = ${clean(span.broker)} AND to_ms IS NULL RETURNING broker`.execute(db);
  if (rows.length > 0) return;
  // A span that was closed and opens again at the same instant is the same span.
  await sql`INSERT INTO lastbeat.blind_spans (broker, from_ms, reason)
    VALUES (${clean(span.broker)}, ${instant(span.fromMs)}, ${reason}::jsonb)
    ON CONFLICT (broker, from_ms) DO UPDATE SET to_ms = NULL, reason = excluded.reason`.execute(db);
}

/** Closes the open blind span of a broker; does nothing if none is open. */
export async function closeBlindSpan(db: Kysely<Schema>, broker: string, toMs: number): Promise<void> {
  await sql`UPDATE lastbeat.blind_spans SET to_ms = greatest(from_ms, ${instant(toMs)}::bigint)
    WHERE broker = ${clean(broker)} AND to_ms IS NULL`.execute(db);
}

/** Spans that overlap [fromMs, toMs), oldest first: the latest 500. */
export async function listBlindSpans(db: Kysely<Schema>, within: Overlap): Promise<BlindSpan[]> {
  const { rows } = await sql<BlindSpanRow>`SELECT broker, from_ms, to_ms, reason FROM lastbeat.blind_spans
    WHERE from_ms < ${instant(within.toMs)} AND (to_ms IS NULL OR to_ms > ${instant(within.fromMs)}) ${brokerFilter(within)}
    ORDER BY from_ms DESC, broker DESC LIMIT ${MARKS_MAX}`.execute(db);
  return rows
    .map((row) => ({ broker: row.broker, fromMs: row.from_ms, toMs: row.to_ms, reason: readReason(row.reason) }))
    .reverse();
}

/** Writes the restart of a node; writing it again changes nothing. */
export async function saveRestart(db: Kysely<Schema>, restart: BrokerRestart): Promise<void> {
  await sql`INSERT INTO lastbeat.broker_restarts (broker, node, at_ms)
    VALUES (${clean(restart.broker)}, ${clean(restart.node)}, ${instant(restart.atMs)}) ON CONFLICT DO NOTHING`.execute(
    db,
  );
}

/** Restarts in [fromMs, toMs), oldest first: the latest 500. */
export async function listRestarts(db: Kysely<Schema>, within: Overlap): Promise<BrokerRestart[]> {
  const { rows } = await sql<{ broker: string; node: string; at_ms: number }>`
    SELECT broker, node, at_ms FROM lastbeat.broker_restarts
    WHERE at_ms >= ${instant(within.fromMs)} AND at_ms < ${instant(within.toMs)} ${brokerFilter(within)}
    ORDER BY at_ms DESC, broker DESC, node DESC LIMIT ${MARKS_MAX}`.execute(db);
  return rows.map((row) => ({ broker: row.broker, node: row.node, atMs: row.at_ms })).reverse();
}

const brokerFilter = (within: Overlap) => (within.broker === null ? sql`` : sql`AND broker = ${clean(within.broker)}`);
