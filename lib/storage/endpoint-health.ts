import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, instant, instantOrNull } from "@/lib/base/postgres/bulk";
import type { QueuedDelivery } from "@/lib/notifications/delivery/delivery-worker";
import type { EndpointStatus } from "@/lib/notifications/delivery/endpoint-health";
import { type EndpointHealth, HEALTHY } from "@/lib/notifications/delivery/send-limits";
import type { DeliveryRow, EndpointHealthRow, Schema } from "@/lib/storage/schema/schema";

/**
 * What waits for a webhook, in the order in which it was decided: what is due by `dueMs` (null: all of it) and stands
 * behind no delivery of its alert that is not.
 */
export async function waitingFor(
  db: Kysely<Schema>,
  webhook: string,
  { dueMs, limit }: { readonly dueMs: number | null; readonly limit: number },
): Promise<readonly QueuedDelivery[]> {
  const waits = sql`webhook = ${clean(webhook)} AND state IN ('queued', 'failed')`;
  const due = dueMs === null ? sql`true` : sql`next_attempt_ms <= ${instant(dueMs)}`;
  const later = dueMs === null ? sql`false` : sql`next_attempt_ms > ${instant(dueMs)}`;
  // Held alerts are few and found by an index of their own. Asked row by row, ten thousand rows would look at each other.
  const { rows } = await sql<DeliveryRow & { readonly tries: number }>`WITH held AS MATERIALIZED (
      SELECT alert_id, min(seq) AS seq FROM lastbeat.deliveries
      WHERE ${waits} AND ${later} AND alert_id IS NOT NULL GROUP BY alert_id)
    SELECT id, d.alert_id, body, tries, since_ms, created_ms, next_attempt_ms FROM lastbeat.deliveries d
    WHERE ${waits} AND ${due} AND NOT EXISTS (SELECT FROM held WHERE held.alert_id = d.alert_id AND held.seq < d.seq)
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

/** When the next delivery of a webhook falls due after `nowMs`; null when none waits for its time. */
export async function nextDueAfter(db: Kysely<Schema>, webhook: string, nowMs: number): Promise<number | null> {
  const { rows } = await sql<{ at: number | null }>`SELECT min(next_attempt_ms) AS at FROM lastbeat.deliveries
    WHERE webhook = ${clean(webhook)} AND state IN ('queued', 'failed') AND next_attempt_ms > ${instant(nowMs)}`.execute(
    db,
  );
  return rows[0]?.at ?? null;
}

/** Which webhooks have deliveries waiting, configured or not. */
export async function webhooksWithBacklog(db: Kysely<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ webhook: string }>`SELECT DISTINCT webhook FROM lastbeat.deliveries
    WHERE state IN ('queued', 'failed')`.execute(db);
  return rows.map(({ webhook }) => webhook);
}

/** The first delivery a webhook was sent of an alert: what later messages answer to. null when there is none. */
export async function firstOf(db: Kysely<Schema>, webhook: string, alertId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM lastbeat.deliveries
    WHERE webhook = ${clean(webhook)} AND alert_id = ${clean(alertId)} ORDER BY seq LIMIT 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** When messages to a webhook were begun since `sinceMs`: a batch is one, whatever it carried. */
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
  return row === undefined ? HEALTHY : laneFrom(row);
}

export async function saveEndpointHealth(db: Kysely<Schema>, webhook: string, lane: EndpointHealth): Promise<void> {
  await sql`INSERT INTO lastbeat.webhook_health (webhook, failures, failing_since_ms, rest_until_ms)
    VALUES (${clean(webhook)}, ${lane.failures}, ${instantOrNull(lane.failingSinceMs)}, ${instant(lane.restUntilMs)})
    ON CONFLICT (webhook) DO UPDATE SET failures = excluded.failures, failing_since_ms = excluded.failing_since_ms,
      rest_until_ms = excluded.rest_until_ms`.execute(db);
}

/** Lets a webhook be tried now, however long it was to rest. */
export async function resumeEndpoint(db: Kysely<Schema>, webhook: string): Promise<void> {
  await sql`UPDATE lastbeat.webhook_health SET rest_until_ms = 0 WHERE webhook = ${clean(webhook)}`.execute(db);
}

/** How many deliveries are counted of each kind: who has more reads "10,000" and understands. */
const COUNTED_MAX = 10_000;

/** How the deliveries of webhooks stand, in the order of `webhooks`. Tests do not count: nobody waits for them. */
export async function endpointHealths(
  db: Kysely<Schema>,
  webhooks: readonly string[],
): Promise<readonly EndpointStatus[]> {
  const count = (which: ReturnType<typeof sql>) => sql`(SELECT count(*)::integer FROM (SELECT 1 FROM lastbeat.deliveries
    WHERE webhook = asked.webhook AND ${which} LIMIT ${sql.lit(COUNTED_MAX)}) counted)`;
  const { rows } = await sql<EndpointHealthRow & { waiting: number; dead: number }>`SELECT asked.webhook,
      coalesce(failures, 0) AS failures, failing_since_ms, coalesce(rest_until_ms, 0) AS rest_until_ms,
      ${count(sql`state IN ('queued', 'failed')`)} AS waiting,
      ${count(sql`state = 'dead' AND event <> 'webhook.test'`)} AS dead
    FROM unnest(${webhooks.map(clean)}::text[]) WITH ORDINALITY AS asked (webhook, place)
    LEFT JOIN lastbeat.webhook_health lane ON lane.webhook = asked.webhook ORDER BY place`.execute(db);
  return rows.map((row) => ({ ...laneFrom(row), webhook: row.webhook, waiting: row.waiting, dead: row.dead }));
}

const laneFrom = (row: EndpointHealthRow): EndpointHealth => ({
  failures: row.failures,
  failingSinceMs: row.failing_since_ms,
  restUntilMs: row.rest_until_ms,
});
