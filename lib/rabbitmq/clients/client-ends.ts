import { MINUTE } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { isLostConnection, withEnd } from "@/lib/rabbitmq/clients/lifetimes";
import { wasAnothers, withoutSession } from "@/lib/rabbitmq/clients/likely";
import { countEnd } from "@/lib/rabbitmq/clients/replicas";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

/** The most reconnects in a day that a poll of 5 s can observe; older instants are dropped. */
const RECONNECTS_MAX = 17_280;

/**
 * The client's next session replaces one that ended. If the client detected the end first and has already reconnected
 * (a half-open session outlives its successor's start), that successor was the reconnect.
 */
export function applyEnd(
  session: Session,
  clients: Map<string, Client>,
  siblings: ReadonlyMap<string, readonly Session[]>,
  open: Map<string, Session>,
  nowMs: number,
): Session {
  const known = session.client === null ? undefined : clients.get(session.client);
  if (!known || session.end === null || session.closedMs === null) return session;
  if (wasAnothers(session)) {
    clients.set(known.id, withoutSession(known, session));
    return session;
  }
  const replicas = countEnd(known.replicas, session.end);
  const client = { ...known, lifetimes: withEnd(known.lifetimes, session, nowMs), replicas };
  const wasLate = session.lateSinceMs !== null;
  const lastEnd = { ...session.end, atMs: session.closedMs, wasLate, overdueMs: null };
  if (!isLostConnection(client, session.end)) {
    clients.set(client.id, { ...client, lastEnd });
    return session;
  }
  const unpaired = (siblings.get(client.id) ?? []).filter((sibling) => {
    const other = open.get(sibling.id) ?? sibling;
    return !other.reconnect && other.isReplacement !== true;
  });
  const replacement =
    wasLate || session.end.reason !== "unknown" ? undefined : replacementOf(client, session, unpaired, nowMs);
  if (replacement) {
    open.set(replacement.id, { ...replacement, isReplacement: true });
    clients.set(client.id, { ...client, lastEnd });
    return session;
  }
  const successor = unpaired.find((other) => other.openedMs > session.recvGrewMs);
  if (successor) {
    open.set(successor.id, { ...successor, reconnect: true });
    clients.set(client.id, { ...withReconnect(client, session.closedMs), lastEnd });
  } else {
    clients.set(client.id, { ...client, lastEnd, unreplaced: client.unreplaced + 1 });
  }
  return session;
}

/** From a new pod's readiness to its predecessor's end: a grace period of half a minute, several for work in progress. */
const REPLACES_WITHIN_MS = 5 * MINUTE;

/**
 * The session that replaces one which ended for a reason that nobody reported, if both were connected for a while: a
 * rolling update starts the new one first. The end of what was replaced is no lost connection. Of a client that usually
 * has one session, one that was silent since the other opened was half open, and the other was its reconnect.
 */
function replacementOf(
  { replicas }: Client,
  session: Session,
  siblings: readonly Session[],
  nowMs: number,
): Session | undefined {
  const hasReplicas = (replicas.sessions.usual ?? 1) > 1;
  return siblings
    .filter(({ openedMs }) => openedMs > session.openedMs && nowMs - openedMs <= REPLACES_WITHIN_MS)
    .filter(({ openedMs }) => hasReplicas || session.recvGrewMs > openedMs)
    .toSorted((a, b) => a.openedMs - b.openedMs)[0];
}

/** The session had not ended: it needs no replacement, and the session counted as one is not a reconnect. */
export function undoEnd(
  session: Session,
  clients: Map<string, Client>,
  siblings: ReadonlyMap<string, readonly Session[]>,
  open: Map<string, Session>,
): void {
  const client = session.client === null ? undefined : clients.get(session.client);
  if (!client) return;
  const lastEnd = client.lastEnd?.atMs === session.closedMs ? null : client.lastEnd;
  clients.set(client.id, { ...client, lastEnd, replicas: countEnd(client.replicas, null, session.end) });
  if (session.end === null || !isLostConnection(client, session.end)) return;
  // The newest: openedMs is by the broker's clock and cannot be compared with when we detected this end.
  const successor = siblings
    .get(client.id)
    ?.map((other) => open.get(other.id) ?? other)
    .filter((other) => other.reconnect && other.id !== session.id)
    .reduce<Session | null>((newest, other) => (newest && newest.openedMs >= other.openedMs ? newest : other), null);
  withoutReplacement(client.id, successor ?? null, clients, open);
}

/** An end that was counted needs no replacement after all; `successor`: the open session that was counted as one. */
function withoutReplacement(
  id: string,
  successor: Session | null,
  clients: Map<string, Client>,
  open: Map<string, Session>,
): void {
  const client = clients.get(id);
  if (!client) return;
  if (client.unreplaced > 0 || !successor) {
    clients.set(id, { ...client, unreplaced: Math.max(0, client.unreplaced - 1) });
    return;
  }
  open.set(successor.id, { ...successor, reconnect: false });
  clients.set(id, { ...client, reconnectsMs: client.reconnectsMs.slice(0, -1) });
}

const UNEXPLAINED: End = { reason: "unknown", inferred: false, detail: null };

/**
 * Adds the late reason of an end that has already been counted. One that was in order after all was no lost connection,
 * and the first session that has opened since was no reconnect.
 */
export function explainEnd(session: Session, clients: Map<string, Client>, open: Map<string, Session>): void {
  const client = session.client === null ? undefined : clients.get(session.client);
  if (!client || session.end === null || session.closedMs === null) return;
  const endedMs = session.closedMs;
  clients.set(client.id, {
    ...client,
    replicas: countEnd(client.replicas, session.end, UNEXPLAINED),
    lastEnd: client.lastEnd?.atMs === endedMs ? { ...client.lastEnd, ...session.end } : client.lastEnd,
  });
  if (isLostConnection(client, session.end) || !isLostConnection(client, UNEXPLAINED)) return;
  const successor = [...open.values()]
    .filter((other) => other.client === client.id && other.reconnect && other.openedMs >= endedMs)
    .reduce<Session | null>((first, other) => (first && first.openedMs <= other.openedMs ? first : other), null);
  withoutReplacement(client.id, successor, clients, open);
}

export const withReconnect = (client: Client, atMs: number): Client => ({
  ...client,
  reconnectsMs: [...client.reconnectsMs, atMs].slice(-RECONNECTS_MAX),
});
