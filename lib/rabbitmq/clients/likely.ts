import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { Client, LastEnd } from "@/lib/rabbitmq/clients/client";
import { departedLongAgo } from "@/lib/rabbitmq/clients/departed-long-ago";
import { giveUpMs } from "@/lib/rabbitmq/clients/give-up";
import { type IdentityRules, identify } from "@/lib/rabbitmq/clients/identity";
import { foldQueues, foldUser } from "@/lib/rabbitmq/clients/name-folding";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/**
 * Unnamed clients are identified by the queues they consume, so one that comes back without its consumers has another
 * identity: it would be lost and connected at once. An open connection from the same host, user, virtual host and product
 * that opened since, and that consumes nothing, or some of the same queues, is likely the client that is away. The session
 * is marked, and shown as inferred: if it then consumes something else, or closes in order without ever consuming, it was
 * another program's, and the client is away since its own end.
 */
export interface LikelyContext {
  readonly broker: string;
  readonly nowMs: number;
  readonly rules: IdentityRules;
  /** The queues that each connection consumes, by its name. */
  readonly queues: ReadonlyMap<string, readonly string[]>;
  /** Connections by the id of their session. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** Clients before this tick: one that is not among them was made for a session of this tick. */
  readonly before: ReadonlyMap<string, Client>;
}

/**
 * The broker closes a half-open connection up to three heartbeat timeouts after the client has gone, 60 s each by default:
 * its successor may be as much older than the end.
 */
const HALF_OPEN_MS = 3 * MINUTE;

/**
 * An unnamed connection waits up to 15 s for its consumers, and a client that reconnects is back within 15 s: for as long
 * as both after its end, a connection of its host that waits may be the client's.
 */
const MAY_BE_BACK_MS = 30 * SECOND;

/** Whether a session without a client yet may be that of an unnamed client that is away. */
export const mayBeBack = (
  { namedBy, peerHost, lastEnd }: Client,
  unassigned: readonly Session[],
  nowMs: number,
): boolean =>
  namedBy === "identity" &&
  peerHost !== null &&
  lastEnd !== null &&
  nowMs - lastEnd.atMs < MAY_BE_BACK_MS &&
  unassigned.some(
    ({ connection, openedMs }) => openedMs > silentSince(lastEnd) && connection.startsWith(`${peerHost}:`),
  );

/** Assigns sessions to the clients that they likely belong to. Changes both maps. */
export function joinLikely(clients: Map<string, Client>, open: Map<string, Session>, context: LikelyContext): void {
  const away = [...clients.values()].filter((client) => isAwaited(client, context));
  if (away.length === 0) return;
  const candidates = Map.groupBy(candidatesAmong(clients, open, context), ({ owner }) => owner);
  const former = new Set<string>();
  for (const [owner, awaited] of Map.groupBy(away, (client) => ownerOf(client, context.rules))) {
    for (const { client, candidate } of pairsOf(awaited, candidates.get(owner) ?? [], context)) {
      const current = clients.get(client);
      if (!current) continue;
      former.add(candidate.client.id);
      join(current, candidate, clients, open);
    }
  }
  removeEmptied(former, clients, open, context);
}

interface Pair {
  readonly client: string;
  readonly candidate: Candidate;
}

/**
 * Which client each session is assigned to, all of one owner: those with queues in common first. Sessions that consume
 * nothing could be any of the clients that are away: while fewer are back than are awaited, none of them is assigned, for
 * a guess would name the wrong one and hide the loss of the other.
 */
function pairsOf(
  awaited: readonly Client[],
  candidates: readonly Candidate[],
  context: LikelyContext,
): readonly Pair[] {
  const ranked = awaited
    .flatMap((client) =>
      candidates.flatMap((candidate) => {
        const rank = rankOf(client, candidate, context);
        return rank === null ? [] : [{ client: client.id, candidate, rank, endedMs: client.lastEnd?.atMs ?? 0 }];
      }),
    )
    .sort((a, b) => b.rank - a.rank || b.endedMs - a.endedMs);
  const missing = new Map(awaited.map(({ id, unreplaced }) => [id, unreplaced]));
  const joined = new Set<string>();
  const unjoined = (pairs: readonly Pair[]): Pair[] =>
    pairs.filter(({ client, candidate }) => {
      const count = missing.get(client) ?? 0;
      if (count === 0 || joined.has(candidate.session.id)) return false;
      missing.set(client, count - 1);
      joined.add(candidate.session.id);
      return true;
    });
  const withQueues = unjoined(ranked.filter(({ rank }) => rank > 0));
  const others = ranked.filter(({ rank, candidate }) => rank === 0 && !joined.has(candidate.session.id));
  const stillMissing = [...missing.values()].filter((count) => count > 0);
  const sessions = new Set(others.map(({ candidate }) => candidate.session.id)).size;
  const isAmbiguous = stillMissing.length > 1 && sessions < stillMissing.reduce((sum, count) => sum + count, 0);
  return isAmbiguous ? withQueues : [...withQueues, ...unjoined(others)];
}

/**
 * A session that joined a client and has consumers now, which show whose it is: marked no longer, or without a client,
 * to be assigned anew. Changes the map of clients.
 */
export function reviewLikely(session: Session, clients: Map<string, Client>, context: LikelyContext): Session {
  const client = session.likely && session.client !== null ? clients.get(session.client) : undefined;
  const connection = context.connections.get(session.id);
  const consumed = context.queues.get(session.connection) ?? [];
  const queues = foldedQueues(consumed, context.rules);
  if (!client || !connection || queues.length === 0) return session;
  const identity = identify(context.broker, connection, consumed, context.rules);
  if (identity?.id === client.id) return { ...session, likely: false };
  const isKnown = identity !== null && clients.has(identity.id);
  if (!isKnown && overlap(queues, queuesOf(client, context.rules)) > 0) return session;
  clients.set(client.id, withoutSession(client, session));
  return { ...session, client: null, reconnect: false, likely: false };
}

/** Whether the end of a session says that it was not its client's: it closed in order and had never consumed. */
export const wasAnothers = ({ likely, end }: Session): boolean =>
  likely && end !== null && (end.reason === "client-closed" || end.reason === "unknown");

/** The client as it was before the session was assigned to it: away since its last end. */
export const withoutSession = (client: Client, session: Session): Client => ({
  ...client,
  unreplaced: client.unreplaced + 1,
  reconnectsMs: client.reconnectsMs.filter((atMs) => atMs !== session.openedMs),
});

interface Candidate {
  readonly session: Session;
  readonly client: Client;
  readonly owner: string;
  readonly queues: readonly string[];
  /** The client was first seen with this session. */
  readonly isNew: boolean;
}

/** An unnamed client that is away, and for no longer than its library tries to reconnect. */
function isAwaited(client: Client, context: LikelyContext): boolean {
  const { namedBy, unreplaced, peerHost, lastEnd, state } = client;
  if (namedBy !== "identity" || unreplaced === 0 || peerHost === null || lastEnd === null) return false;
  if (state === "lost" || state === "departed") return false;
  const windowMs = context.rules.giveUpMs ?? giveUpMs(client.product, client.platform);
  return context.nowMs - lastEnd.atMs <= windowMs;
}

function candidatesAmong(
  clients: ReadonlyMap<string, Client>,
  open: ReadonlyMap<string, Session>,
  context: LikelyContext,
): Candidate[] {
  return [...open.values()].flatMap((session) => {
    const client = session.client === null ? undefined : clients.get(session.client);
    if (client?.namedBy !== "identity" || session.reconnect || session.likely) return [];
    const queues = foldedQueues(context.queues.get(session.connection) ?? [], context.rules);
    const isNew = client.lastEnd === null && client.firstSeenMs >= session.openedMs;
    return [{ session, client, owner: ownerOf(client, context.rules), queues, isNew }];
  });
}

/** How well a session fits a client that is away: the number of queues in common; null: it is another client's. */
function rankOf(away: Client, { session, client, queues, isNew }: Candidate, context: LikelyContext): number | null {
  if (client.id === away.id || away.lastEnd === null) return null;
  if (session.openedMs <= (isNew ? silentSince(away.lastEnd) : away.lastEnd.atMs)) return null;
  if (queues.length === 0) return 0;
  const common = overlap(queues, queuesOf(away, context.rules));
  return isNew && common > 0 ? common : null;
}

const silentSince = ({ atMs, reason }: LastEnd): number => (reason === "heartbeat" ? atMs - HALF_OPEN_MS : atMs);

function join(
  client: Client,
  { session, client: former }: Candidate,
  clients: Map<string, Client>,
  open: Map<string, Session>,
): void {
  clients.set(client.id, {
    ...client,
    unreplaced: client.unreplaced - 1,
    reconnectsMs: [...client.reconnectsMs, session.openedMs],
    productVersion: former.productVersion ?? client.productVersion,
    platform: former.platform ?? client.platform,
    user: former.user,
  });
  open.set(session.id, { ...session, client: client.id, reconnect: true, likely: true });
}

/** A client that was made for sessions that joined others. */
function removeEmptied(
  ids: ReadonlySet<string>,
  clients: Map<string, Client>,
  open: ReadonlyMap<string, Session>,
  { before }: LikelyContext,
): void {
  const used = new Set([...open.values()].map((session) => session.client));
  for (const id of ids) {
    const client = clients.get(id);
    if (!client || client.lastEnd !== null || used.has(id)) continue;
    if (before.has(id)) clients.set(id, departedLongAgo(client));
    else clients.delete(id);
  }
}

const foldedQueues = (queues: readonly string[], { fold, strip }: IdentityRules): readonly string[] =>
  foldQueues(queues, fold, strip.queues).queues;
const queuesOf = (client: Client, rules: IdentityRules): readonly string[] => foldedQueues(client.consuming, rules);
const overlap = (a: readonly string[], b: readonly string[]): number => a.filter((queue) => b.includes(queue)).length;

/** What an unnamed client has in common with itself, whatever it consumes. */
const ownerOf = ({ vhost, user, peerHost, product }: Client, { fold, strip }: IdentityRules): string =>
  JSON.stringify([vhost, foldUser(user, fold, strip.users).user, peerHost, product]);
