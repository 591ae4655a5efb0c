import "server-only";
import { type Kysely, sql } from "kysely";
import { cutReason, type Reason, readReason } from "@/lib/base/messages/reason";
import {
  type Column,
  clean,
  cleanOrNull,
  instant,
  instantOrNull,
  jsonText,
  names,
  portions,
  unnest,
} from "@/lib/base/postgres/bulk";
import { limitOf, type PageRequest, pageOf, type ResultPage } from "@/lib/storage/page";
import type { DeliveryRow, DeliveryState, Schema } from "@/lib/storage/schema/schema";

/** One event for one webhook. `id` is the `webhook-id` in the request, the same at every attempt. */
export interface Delivery {
  readonly id: string;
  readonly webhook: string;
  readonly alertId: string | null;
  readonly event: string;
  /** The exact text that is signed and sent. */
  readonly body: string;
  readonly summary: string;
  readonly state: DeliveryState;
  readonly createdMs: number;
  readonly nextAttemptMs: number | null;
}

export interface Attempt {
  readonly atMs: number;
  /** HTTP status or the reply code of SMTP; null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it was not accepted, or not by all; null when it was. */
  readonly reason: Reason | null;
  /** The `webhook-id` of the batch it went with; null where it went alone. */
  readonly message: string | null;
}

export interface DeliveryWithAttempts extends Delivery {
  /** Oldest first, the latest twenty. */
  readonly attempts: readonly Attempt[];
}

/** A delivery has a dozen attempts and more after each replay; the latest ones show what is wrong. */
const ATTEMPTS_SHOWN = 20;
/** What a receiver answers is quoted, not archived. */
const REASON_TEXT_MAX = 2_000;

/** Saves deliveries in their order. One whose id exists is left unchanged. */
export async function saveDeliveries(db: Kysely<Schema>, deliveries: readonly Delivery[]): Promise<void> {
  for (const part of portions(deliveries, ({ id }) => id)) {
    await sql`INSERT INTO lastbeat.deliveries (${names(SAVED_COLUMNS)})
      SELECT ${names(SAVED_COLUMNS)} FROM ${unnest(part, SAVED_COLUMNS)} WITH ORDINALITY AS t (${names(SAVED_COLUMNS)}, place) ORDER BY place
      ON CONFLICT (id) DO NOTHING`.execute(db);
  }
}

const SAVED_COLUMNS: readonly Column<Delivery>[] = [
  ["id", "text", ({ id }) => clean(id)],
  ["webhook", "text", ({ webhook }) => clean(webhook)],
  ["alert_id", "text", ({ alertId }) => cleanOrNull(alertId)],
  ["event", "text", ({ event }) => clean(event)],
  ["body", "text", ({ body }) => clean(body)],
  ["summary", "text", ({ summary }) => clean(summary)],
  ["state", "text", ({ state }) => state],
  ["created_ms", "bigint", ({ createdMs }) => instant(createdMs)],
  ["next_attempt_ms", "bigint", ({ nextAttemptMs }) => instantOrNull(nextAttemptMs)],
];

/** One attempt at one delivery, and the state of the delivery after it. */
export interface AttemptOutcome {
  readonly id: string;
  readonly state: DeliveryState;
  readonly tries: number;
  readonly nextAttemptMs: number | null;
  readonly attempt: Attempt;
}

/** Saves attempts together with the new state of their deliveries. Attempts at a deleted delivery are not saved. */
export async function recordAttempts(db: Kysely<Schema>, attempted: readonly AttemptOutcome[]): Promise<void> {
  for (const part of portions(attempted, ({ id }) => id)) {
    await sql`WITH made AS (SELECT * FROM ${unnest(part, ATTEMPT_COLUMNS)} AS t (${names(ATTEMPT_COLUMNS)})),
      updated AS (
        UPDATE lastbeat.deliveries d SET state = made.state, tries = made.tries, next_attempt_ms = made.next_attempt_ms
        FROM made WHERE d.id = made.id RETURNING d.id)
      INSERT INTO lastbeat.attempts (delivery_id, at_ms, status, duration_ms, reason, message)
      SELECT id, at_ms, status, duration_ms, reason, message FROM made WHERE id IN (SELECT id FROM updated)`.execute(
      db,
    );
  }
}

const ATTEMPT_COLUMNS: readonly Column<AttemptOutcome>[] = [
  ["id", "text", ({ id }) => clean(id)],
  ["state", "text", ({ state }) => state],
  ["tries", "integer", ({ tries }) => tries],
  ["next_attempt_ms", "bigint", ({ nextAttemptMs }) => instantOrNull(nextAttemptMs)],
  ["at_ms", "bigint", ({ attempt }) => instant(attempt.atMs)],
  ["status", "integer", ({ attempt }) => attempt.status],
  ["duration_ms", "float8", ({ attempt }) => attempt.durationMs],
  ["reason", "jsonb", ({ attempt }) => attempt.reason && jsonText(cutReason(attempt.reason, REASON_TEXT_MAX))],
  ["message", "text", ({ attempt }) => cleanOrNull(attempt.message)],
];

/**
 * Queues a finished delivery again under the same id; null when there is none, or when it is still pending: it would be
 * sent twice.
 */
export async function requeueDelivery(db: Kysely<Schema>, id: string, nowMs: number): Promise<Delivery | null> {
  const { rows } = await sql<DeliveryRow>`UPDATE lastbeat.deliveries
    SET state = 'queued', tries = 0, next_attempt_ms = ${instant(nowMs)}, since_ms = ${instant(nowMs)}
    WHERE id = ${clean(id)} AND state IN ('delivered', 'dead') RETURNING ${COLUMNS}`.execute(db);
  return rows[0] ? deliveryOf(rows[0]) : null;
}

/** Queues the oldest `limit` dead deliveries again, of one webhook or (null) of all, without tests; the oldest first. */
export async function requeueDead(
  db: Kysely<Schema>,
  webhook: string | null,
  { limit, nowMs }: { readonly limit: number; readonly nowMs: number },
): Promise<Delivery[]> {
  const only = webhook === null ? sql`` : sql`AND webhook = ${clean(webhook)}`;
  const { rows } = await sql<DeliveryRow>`UPDATE lastbeat.deliveries
    SET state = 'queued', tries = 0, next_attempt_ms = ${instant(nowMs)}, since_ms = ${instant(nowMs)}
    WHERE state = 'dead' AND id IN (
      SELECT id FROM lastbeat.deliveries WHERE state = 'dead' AND event <> 'webhook.test' ${only}
      ORDER BY seq LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING ${COLUMNS}`.execute(db);
  return rows.map(deliveryOf).toSorted((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
}

/** Counting stops here: more digits would tell nobody more. */
const DEAD_COUNTED_MAX = 10_000;

/** The number of dead deliveries, up to ten thousand. Tests do not count. */
export async function countDead(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::integer AS n FROM (
    SELECT 1 FROM lastbeat.deliveries WHERE state = 'dead' AND event <> 'webhook.test' LIMIT ${sql.lit(DEAD_COUNTED_MAX)}) dead`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

/** One delivery with its attempts; null when there is none. */
export async function findDelivery(db: Kysely<Schema>, id: string): Promise<DeliveryWithAttempts | null> {
  const { rows } = await sql<RowWithAttempts>`SELECT ${COLUMNS}, ${ATTEMPTS} FROM lastbeat.deliveries d
    WHERE id = ${clean(id)}`.execute(db);
  return rows[0] ? withAttempts(rows[0]) : null;
}

/** Deliveries with their attempts, the latest first. */
export async function listDeliveries(
  db: Kysely<Schema>,
  request: PageRequest,
): Promise<ResultPage<DeliveryWithAttempts>> {
  const limit = limitOf(request);
  const after = request.before
    ? sql`WHERE (created_ms, id) < (${request.before.ms}::bigint, ${clean(request.before.id)}::text)`
    : sql``;
  const { rows } = await sql<RowWithAttempts>`SELECT ${COLUMNS}, ${ATTEMPTS} FROM lastbeat.deliveries d ${after}
    ORDER BY created_ms DESC, id DESC LIMIT ${limit + 1}`.execute(db);
  return pageOf(rows.map(withAttempts), limit, (delivery) => ({ ms: delivery.createdMs, id: delivery.id }));
}

type StoredAttempt = Omit<Attempt, "reason"> & { readonly reason: unknown };
type RowWithAttempts = DeliveryRow & { readonly attempts: readonly StoredAttempt[] };

const COLUMNS = sql.raw("id, webhook, alert_id, event, body, summary, state, created_ms, next_attempt_ms");

const ATTEMPTS = sql`(SELECT coalesce(json_agg(json_build_object(
    'atMs', a.at_ms, 'status', a.status, 'durationMs', a.duration_ms, 'reason', a.reason, 'message', a.message)
    ORDER BY a.id), '[]')
  FROM (SELECT * FROM lastbeat.attempts WHERE delivery_id = d.id ORDER BY id DESC LIMIT ${sql.lit(ATTEMPTS_SHOWN)}) a
) AS attempts`;

const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  webhook: row.webhook,
  alertId: row.alert_id,
  event: row.event,
  body: row.body,
  summary: row.summary,
  state: row.state,
  createdMs: row.created_ms,
  nextAttemptMs: row.next_attempt_ms,
});

const withAttempts = (row: RowWithAttempts): DeliveryWithAttempts => ({
  ...deliveryOf(row),
  attempts: row.attempts.map((attempt) => ({
    ...attempt,
    reason: attempt.reason === null ? null : readReason(attempt.reason),
  })),
});
