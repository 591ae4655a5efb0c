import "server-only";
import { type Kysely, sql } from "kysely";
import { type Reason, readReason } from "@/lib/base/messages/reason";
import {
  type Column,
  clean,
  cleanOrNull,
  instant,
  instantOrNull,
  jsonText,
  names,
  overwrite,
  portions,
  unnest,
} from "@/lib/base/postgres/bulk";
import { DAY } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { ENDED_LOADED_MAX, UNCONFIRMED_TTL_MS } from "@/lib/rabbitmq/sessions/track";
import { limitOf, type PageRequest, pageOf, type ResultPage } from "@/lib/storage/page";
import { lifetimesOf, replicasOf } from "@/lib/storage/rabbitmq/learned";
import { isOfOthers } from "@/lib/storage/rabbitmq/own-sessions";
import type { Schema, SessionRow, StoredClientRow } from "@/lib/storage/schema/schema";

/** Reconnects of one client that are read after a restart: one every 5 s for a day. */
const RECONNECTS_MAX = 17_280;

/** Inserts or updates sessions. */
export async function saveSessions(db: Kysely<Schema>, rows: readonly Session[]): Promise<void> {
  for (const part of portions(rows, (session) => clean(session.id))) {
    await sql`INSERT INTO lastbeat.sessions (${names(SESSION)}) SELECT * FROM ${unnest(part, SESSION)}
      ON CONFLICT (id) DO UPDATE SET ${overwrite(SESSION, ["id"])}`.execute(db);
  }
}

/** Inserts or updates clients. Their reconnects are not written: each is a row of sessions. */
export async function saveClients(db: Kysely<Schema>, rows: readonly Client[]): Promise<void> {
  for (const part of portions(rows, (client) => clean(client.id))) {
    await sql`INSERT INTO lastbeat.clients (${names(CLIENT)}) SELECT * FROM ${unnest(part, CLIENT)}
      ON CONFLICT (id) DO UPDATE SET ${overwrite(CLIENT, ["id"])}`.execute(db);
  }
}

/**
 * What the collector holds of a broker in memory: its open and recently ended sessions, and its clients except those departed for more than
 * a day, each with the instants of its reconnects in the last 24 h, oldest first.
 */
export async function loadBroker(
  db: Kysely<Schema>,
  broker: string,
  nowMs: number,
): Promise<{ clients: Client[]; sessions: Session[]; ended: Session[] }> {
  const since = nowMs - DAY;
  const name = clean(broker);
  const clients = await sql<StoredClientRow>`SELECT ${names(CLIENT)} FROM lastbeat.clients
    WHERE broker = ${name} AND (state <> 'departed' OR last_seen_ms > ${since}) ORDER BY id`.execute(db);
  const reconnects = await sql<{ client: string; instants: number[] }>`
    SELECT client, (array_agg(opened_ms::float8 ORDER BY opened_ms DESC))[1:${sql.lit(RECONNECTS_MAX)}] AS instants
    FROM lastbeat.sessions
    WHERE broker = ${name} AND reconnect AND opened_ms > ${since} AND client IS NOT NULL GROUP BY client`.execute(db);
  const sessions = await sql<SessionRow>`SELECT ${names(SESSION)} FROM lastbeat.sessions
    WHERE broker = ${name} AND closed_ms IS NULL ORDER BY id`.execute(db);
  const ended = await sql<SessionRow>`SELECT ${names(SESSION)} FROM lastbeat.sessions
    WHERE broker = ${name} AND closed_ms >= ${instant(nowMs - UNCONFIRMED_TTL_MS)}
    ORDER BY closed_ms DESC, id LIMIT ${sql.lit(ENDED_LOADED_MAX)}`.execute(db);
  const instantsOf = new Map(reconnects.rows.map((row) => [row.client, row.instants.reverse()]));
  return {
    clients: clients.rows.map((row) => clientOf(row, instantsOf.get(row.id) ?? [])),
    sessions: sessions.rows.map(sessionOf),
    ended: ended.rows.map(sessionOf),
  };
}

/** Sessions of one client, open and ended, the latest opened first. */
export async function listSessions(
  db: Kysely<Schema>,
  client: string,
  request: PageRequest,
): Promise<ResultPage<Session>> {
  const limit = limitOf(request);
  const after = request.before
    ? sql`AND (opened_ms, id) < (${request.before.ms}::bigint, ${clean(request.before.id)}::text)`
    : sql``;
  const { rows } = await sql<SessionRow>`SELECT ${names(SESSION)} FROM lastbeat.sessions
    WHERE client = ${clean(client)} ${after} ORDER BY opened_ms DESC, id DESC LIMIT ${limit + 1}`.execute(db);
  return pageOf(rows.map(sessionOf), limit, (session) => ({ ms: session.openedMs, id: session.id }));
}

/** Sessions of one client that were open at some time in [fromMs, toMs), the latest opened first, at most `limit`. */
export async function listSessionsBetween(
  db: Kysely<Schema>,
  client: string,
  within: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
): Promise<Session[]> {
  const { rows } = await sql<SessionRow>`SELECT ${names(SESSION)} FROM lastbeat.sessions
    WHERE client = ${clean(client)} AND opened_ms < ${instant(within.toMs)}
      AND (closed_ms IS NULL OR closed_ms > ${instant(within.fromMs)})
    ORDER BY opened_ms DESC, id DESC LIMIT ${within.limit}`.execute(db);
  return rows.map(sessionOf);
}

/** One client by its id as it was last written; null if there is none, or no longer. */
export async function findClient(db: Kysely<Schema>, id: string): Promise<Client | null> {
  const { rows } = await sql<StoredClientRow>`SELECT ${names(CLIENT)} FROM lastbeat.clients
    WHERE id = ${clean(id)}`.execute(db);
  return rows[0] ? clientOf(rows[0], []) : null;
}

/** How often the sessions of a broker ended for each reason since `sinceMs`, the most frequent first. */
export async function countEndsByReason(
  db: Kysely<Schema>,
  broker: string,
  sinceMs: number,
): Promise<{ reason: EndReason; inferred: boolean; count: number }[]> {
  const { rows } = await sql<{ reason: EndReason; inferred: boolean; count: number }>`
    SELECT end_reason AS reason, coalesce(end_inferred, true) AS inferred, count(*)::float8 AS count
    FROM lastbeat.sessions
    WHERE broker = ${clean(broker)} AND closed_ms >= ${instant(sinceMs)} AND end_reason IS NOT NULL
      AND ${isOfOthers(sql`client`)}
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`.execute(db);
  return rows;
}

/** How many sessions of a broker ended for `reason` at or after each of the instants, in their order. */
export const countEnds = (
  db: Kysely<Schema>,
  broker: string,
  reason: EndReason,
  sinceMs: readonly number[],
): Promise<number[]> =>
  countSince(db, sql`closed_ms`, sql`broker = ${clean(broker)} AND end_reason = ${reason}`, sinceMs);

/** How many reconnects a broker saw at or after each of the instants, in their order. */
export const countReconnects = (db: Kysely<Schema>, broker: string, sinceMs: readonly number[]): Promise<number[]> =>
  countSince(db, sql`opened_ms`, sql`broker = ${clean(broker)} AND reconnect`, sinceMs);

async function countSince(
  db: Kysely<Schema>,
  at: ReturnType<typeof sql>,
  which: ReturnType<typeof sql>,
  sinceMs: readonly number[],
): Promise<number[]> {
  if (sinceMs.length === 0) return [];
  const counts = sinceMs.map((since) => sql`count(*) FILTER (WHERE ${at} >= ${instant(since)})::float8`);
  const { rows } = await sql<{ counts: number[] }>`SELECT ARRAY[${sql.join(counts)}] AS counts FROM lastbeat.sessions
    WHERE ${which} AND ${at} >= ${instant(Math.min(...sinceMs))} AND ${isOfOthers(sql`client`)}`.execute(db);
  return rows[0]?.counts ?? sinceMs.map(() => 0);
}

const SESSION: readonly Column<Session>[] = [
  ["id", "text", (session) => clean(session.id)],
  ["broker", "text", (session) => clean(session.broker)],
  ["client", "text", (session) => cleanOrNull(session.client)],
  ["connection", "text", (session) => clean(session.connection)],
  ["node", "text", (session) => cleanOrNull(session.node)],
  ["pid", "text", (session) => cleanOrNull(session.pid)],
  ["opened_ms", "bigint", (session) => instant(session.openedMs)],
  ["closed_ms", "bigint", (session) => instantOrNull(session.closedMs)],
  ["end_reason", "text", (session) => session.end?.reason ?? null],
  ["end_inferred", "boolean", (session) => session.end?.inferred ?? null],
  ["end_detail", "jsonb", (session) => reasonText(session.end?.detail ?? null)],
  ["reconnect", "boolean", (session) => session.reconnect],
  ["likely", "boolean", (session) => session.likely],
  ["timeout_seconds", "float8", (session) => session.timeoutSeconds],
  ["recv_oct", "float8", (session) => session.recvOct],
  ["recv_grew_ms", "bigint", (session) => instant(session.recvGrewMs)],
  ["send_oct", "float8", (session) => session.sendOct],
  ["send_grew_ms", "bigint", (session) => instant(session.sendGrewMs)],
  ["blocked", "boolean", (session) => session.blocked],
  ["late_since_ms", "bigint", (session) => instantOrNull(session.lateSinceMs)],
];

const CLIENT: readonly Column<Client>[] = [
  ["id", "text", (client) => clean(client.id)],
  ["broker", "text", (client) => clean(client.broker)],
  ["vhost", "text", (client) => clean(client.vhost)],
  ["user_name", "text", (client) => clean(client.user)],
  ["name", "text", (client) => clean(client.name)],
  ["named_by", "text", (client) => client.namedBy],
  ["folded", "jsonb", (client) => jsonText(client.folded)],
  ["product", "text", (client) => cleanOrNull(client.product)],
  ["product_version", "text", (client) => cleanOrNull(client.productVersion)],
  ["platform", "text", (client) => cleanOrNull(client.platform)],
  ["peer_host", "text", (client) => cleanOrNull(client.peerHost)],
  ["state", "text", (client) => client.state],
  ["state_since_ms", "bigint", (client) => instant(client.stateSinceMs)],
  ["consuming", "jsonb", (client) => jsonText(client.consuming)],
  ["last_end_ms", "bigint", (client) => instantOrNull(client.lastEnd?.atMs ?? null)],
  ["last_end_reason", "text", (client) => client.lastEnd?.reason ?? null],
  ["last_end_inferred", "boolean", (client) => client.lastEnd?.inferred ?? null],
  ["last_end_detail", "jsonb", (client) => reasonText(client.lastEnd?.detail ?? null)],
  ["last_end_was_late", "boolean", (client) => client.lastEnd?.wasLate ?? null],
  ["overdue_ms", "bigint", (client) => instantOrNull(client.lastEnd?.overdueMs ?? null)],
  ["unreplaced", "integer", (client) => client.unreplaced],
  ["first_seen_ms", "bigint", (client) => instant(client.firstSeenMs)],
  ["last_seen_ms", "bigint", (client) => instant(client.lastSeenMs)],
  ["lifetimes", "jsonb", (client) => jsonText(client.lifetimes)],
  ["replicas", "jsonb", (client) => jsonText(client.replicas)],
];

const reasonText = (reason: Reason | null): string | null => (reason === null ? null : jsonText(reason));
const detailOf = (stored: unknown): Reason | null => (stored === null ? null : readReason(stored));

const sessionOf = (row: SessionRow): Session => ({
  id: row.id,
  broker: row.broker,
  client: row.client,
  connection: row.connection,
  node: row.node,
  pid: row.pid,
  openedMs: row.opened_ms,
  closedMs: row.closed_ms,
  end:
    row.end_reason === null
      ? null
      : { reason: row.end_reason, inferred: row.end_inferred ?? true, detail: detailOf(row.end_detail) },
  reconnect: row.reconnect,
  likely: row.likely,
  // A session that the broker did not list yet had time to appear in the list since it was stored.
  listed: true,
  timeoutSeconds: row.timeout_seconds,
  recvOct: row.recv_oct,
  recvGrewMs: row.recv_grew_ms,
  // A row is written once a minute, and its value may be the first of the list; what its client was known for is stored.
  isRecvUnobserved: true,
  isResumed: true,
  sendOct: row.send_oct,
  sendGrewMs: row.send_grew_ms,
  blocked: row.blocked,
  lateSinceMs: row.late_since_ms,
});

const clientOf = (row: StoredClientRow, reconnectsMs: readonly number[]): Client => ({
  id: row.id,
  broker: row.broker,
  vhost: row.vhost,
  user: row.user_name,
  name: row.name,
  namedBy: row.named_by,
  folded: row.folded,
  // The first tick applies the aliases, and what distinguishes it from others of its name.
  alias: null,
  displayName: row.name,
  product: row.product,
  productVersion: row.product_version,
  platform: row.platform,
  peerHost: row.peer_host,
  state: row.state,
  stateSinceMs: row.state_since_ms,
  consuming: row.consuming,
  reconnectsMs,
  lastEnd:
    row.last_end_reason === null || row.last_end_ms === null
      ? null
      : {
          reason: row.last_end_reason,
          inferred: row.last_end_inferred ?? true,
          detail: detailOf(row.last_end_detail),
          atMs: row.last_end_ms,
          wasLate: row.last_end_was_late ?? false,
          overdueMs: row.overdue_ms,
        },
  unreplaced: row.unreplaced,
  firstSeenMs: row.first_seen_ms,
  lastSeenMs: row.last_seen_ms,
  lifetimes: lifetimesOf(row),
  replicas: replicasOf(row),
});
