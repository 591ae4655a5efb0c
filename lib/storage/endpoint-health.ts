import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, instant, instantOrNull } from "@/lib/base/postgres/bulk";
import type { QueuedDelivery } from "@/lib/notifications/delivery/delivery-store";
import { type EndpointHealth, type EndpointStatus, HEALTHY } from "@/lib/notifications/delivery/endpoint-health";
import type { DeliveryRow, EndpointHealthRow, Schema } from "@/lib/storage/schema/schema";

/**
 * The webhooks to which something may be sent at `nowMs`, configured or not, the longest due first: they do not rest, and
 * have a delivery that is due and not behind one of its alert that is not due. A failing webhook is probed with any
 * pending delivery. Finds the webhooks by steps through an index, however many deliveries are pending.
 */
export async function backlogAt(db: Kysely<Schema>, nowMs: number): Promise<readonly string[]> {
  const now = instant(nowMs);
  const { rows } = await sql<{ webhook: string }>`WITH RECURSIVE pending AS (
      (SELECT webhook FROM lastbeat.deliveries WHERE ${IS_PENDING} ORDER BY webhook LIMIT 1)
      UNION ALL
      SELECT (SELECT d.webhook FROM lastbeat.deliveries d
        WHERE ${IS_PENDING} AND d.webhook > pending.webhook ORDER BY d.webhook LIMIT 1)
      FROM pending WHERE pending.webhook IS NOT NULL)
    SELECT pending.webhook FROM pending LEFT JOIN lastbeat.webhook_health h ON h.webhook = pending.webhook
    WHERE pending.webhook IS NOT NULL AND coalesce(h.rest_until_ms, 0) <= ${now} AND (h.failures > 0 OR EXISTS (
      WITH held AS MATERIALIZED (
        SELECT alert_id, min(seq) AS seq FROM lastbeat.deliveries d
        WHERE d.webhook = pending.webhook AND ${IS_PENDING} AND next_attempt_ms > ${now} AND alert_id IS NOT NULL
        GROUP BY alert_id)
      SELECT FROM lastbeat.deliveries d
      WHERE d.webhook = pending.webhook AND ${IS_PENDING} AND next_attempt_ms <= ${now}
        AND NOT EXISTS (SELECT FROM held WHERE held.alert_id = d.alert_id AND held.seq < d.seq)))
    ORDER BY (SELECT min(next_attempt_ms) FROM lastbeat.deliveries d
      WHERE d.webhook = pending.webhook AND ${IS_PENDING})`.execute(db);
  return rows.map(({ webhook }) => webhook);
}

const IS_PENDING = sql`state IN ('queued', 'failed')`;

/**
 * The pending deliveries of a webhook in the order in which they were decided: due by `dueMs` (null: all) and not behind
 * one of the same alert that is not due.
 */
export async function pendingDeliveries(
  db: Kysely<Schema>,
  webhook: string,
  { dueMs, limit }: { readonly dueMs: number | null; readonly limit: number },
): Promise<readonly QueuedDelivery[]> {
  const isPending = sql`webhook = ${clean(webhook)} AND ${IS_PENDING}`;
  const isDue = dueMs === null ? sql`true` : sql`next_attempt_ms <= ${instant(dueMs)}`;
  const isLater = dueMs === null ? sql`false` : sql`next_attempt_ms > ${instant(dueMs)}`;
  // Few alerts are held, and an index finds them. Compared row by row, ten thousand rows would each read the others.
  const { rows } = await sql<DeliveryRow & { readonly tries: number }>`WITH held AS MATERIALIZED (
      SELECT alert_id, min(seq) AS seq FROM lastbeat.deliveries
      WHERE ${isPending} AND ${isLater} AND alert_id IS NOT NULL GROUP BY alert_id)
    SELECT id, d.alert_id, body, tries, since_ms, created_ms, next_attempt_ms FROM lastbeat.deliveries d
    WHERE ${isPending} AND ${isDue} AND NOT EXISTS (SELECT FROM held WHERE held.alert_id = d.alert_id AND held.seq < d.seq)
    ORDER BY d.seq LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    alertId: row.alert_id,
    body: row.body,
    tries: row.tries,
    sinceMs: row.since_ms ?? row.created_ms,
    dueMs: row.next_attempt_ms ?? 0,
  }));
}

/** The first delivery of an alert to a webhook: later mails refer to it as their thread. null when there is none. */
export async function firstDelivery(db: Kysely<Schema>, webhook: string, alertId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM lastbeat.deliveries
    WHERE webhook = ${clean(webhook)} AND alert_id = ${clean(alertId)} ORDER BY seq LIMIT 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** When messages to a webhook began since `sinceMs`. A batch is one message, whatever it carried. */
export async function sentSince(db: Kysely<Schema>, webhook: string, sinceMs: number): Promise<readonly number[]> {
  const { rows } = await sql<{ at_ms: number }>`SELECT a.at_ms FROM lastbeat.attempts a
    JOIN lastbeat.deliveries d ON d.id = a.delivery_id
    WHERE a.at_ms > ${instant(sinceMs)} AND d.webhook = ${clean(webhook)}
    GROUP BY coalesce(a.message, a.id::text), a.at_ms`.execute(db);
  return rows.map(({ at_ms }) => at_ms);
}

export async function endpointHealthOf(db: Kysely<Schema>, webhook: string): Promise<EndpointHealth> {
  const { rows } = await sql<EndpointHealthRow>`SELECT webhook, failures, failing_since_ms, rest_until_ms
    FROM lastbeat.webhook_health WHERE webhook = ${clean(webhook)}`.execute(db);
  const [row] = rows;
  return row === undefined ? HEALTHY : healthOf(row);
}

export async function saveEndpointHealth(db: Kysely<Schema>, webhook: string, health: EndpointHealth): Promise<void> {
  await sql`INSERT INTO lastbeat.webhook_health (webhook, failures, failing_since_ms, rest_until_ms)
    VALUES (${clean(webhook)}, ${health.failures}, ${instantOrNull(health.failingSinceMs)}, ${instant(health.restUntilMs)})
    ON CONFLICT (webhook) DO UPDATE SET failures = excluded.failures, failing_since_ms = excluded.failing_since_ms,
      rest_until_ms = excluded.rest_until_ms`.execute(db);
}

/** Ends the rest of a failing webhook, so that it is tried now. */
export async function resumeEndpoint(db: Kysely<Schema>, webhook: string): Promise<void> {
  await sql`UPDATE lastbeat.webhook_health SET rest_until_ms = 0 WHERE webhook = ${clean(webhook)}`.execute(db);
}

/** Counts stop here: beyond it, more digits would tell nobody more. */
const COUNTED_MAX = 10_000;

/** The health of webhooks and the counts of their deliveries, in the order of `webhooks`. Tests do not count. */
export async function endpointHealths(
  db: Kysely<Schema>,
  webhooks: readonly string[],
): Promise<readonly EndpointStatus[]> {
  const count = (which: ReturnType<typeof sql>) => sql`(SELECT count(*)::integer FROM (SELECT 1 FROM lastbeat.deliveries
    WHERE webhook = listed.webhook AND ${which} LIMIT ${sql.lit(COUNTED_MAX)}) counted)`;
  const { rows } = await sql<EndpointHealthRow & { waiting: number; dead: number }>`SELECT listed.webhook,
      coalesce(failures, 0) AS failures, failing_since_ms, coalesce(rest_until_ms, 0) AS rest_until_ms,
      ${count(sql`state IN ('queued', 'failed')`)} AS waiting,
      ${count(sql`state = 'dead' AND event <> 'webhook.test'`)} AS dead
    FROM unnest(${webhooks.map(clean)}::text[]) WITH ORDINALITY AS listed (webhook, place)
    LEFT JOIN lastbeat.webhook_health health ON health.webhook = listed.webhook ORDER BY place`.execute(db);
  return rows.map((row) => ({ ...healthOf(row), webhook: row.webhook, waiting: row.waiting, dead: row.dead }));
}

const healthOf = (row: EndpointHealthRow): EndpointHealth => ({
  failures: row.failures,
  failingSinceMs: row.failing_since_ms,
  restUntilMs: row.rest_until_ms,
});
