import { DAY, SECOND } from "@/lib/base/time/duration";
import type { Connection, Consumer } from "@/lib/rabbitmq/api/broker";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { applyEnd, explainEnd, undoEnd, withReconnect } from "@/lib/rabbitmq/clients/client-ends";
import { type Aliases, displayNames } from "@/lib/rabbitmq/clients/display-name";
import { type FoldedIdentity, type IdentityRules, identify } from "@/lib/rabbitmq/clients/identity";
import { afterAbsence, newLifetimes, withSession } from "@/lib/rabbitmq/clients/lifetimes";
import { joinLikely, type LikelyContext, reviewLikely } from "@/lib/rabbitmq/clients/likely";
import { foldQueues } from "@/lib/rabbitmq/clients/name-folding";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";
import { nextState } from "@/lib/rabbitmq/clients/state";
import { unattributedQueues } from "@/lib/rabbitmq/clients/unattributed";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

/**
 * An unnamed connection is identified by its consumers, which the API shows up to 5 s later. After this the identity is
 * final.
 */
const CONSUMERS_WITHIN_MS = 15 * SECOND;

export interface ClientsObserved {
  readonly broker: string;
  readonly nowMs: number;
  /** The known connections: those in the list, and those from events. */
  readonly connections: readonly Connection[];
  /** null if the consumers could not be read. */
  readonly consumers: readonly Consumer[] | null;
  /** false: this broker never lists consumers, because its statistics are off. */
  readonly consumersAreListed?: boolean;
  readonly rules: IdentityRules;
  readonly aliases: Aliases;
  /** A client that was connected for this long is expected to stay, ms. */
  readonly expectedAfterMs: number;
}

export interface FollowedClients {
  readonly clients: ReadonlyMap<string, Client>;
  /** Open sessions, each with its client where it has one. */
  readonly open: ReadonlyMap<string, Session>;
  readonly ended: readonly Session[];
  /** How many sessions each client opened. */
  readonly opened: ReadonlyMap<string, number>;
  /** Clients that departed more than a day ago: their alerts end, their rows stay. */
  readonly forgotten: readonly Client[];
}

/** Assigns every session to its client, counts reconnects and determines each client's state. Pure. */
export function followClients(
  before: ReadonlyMap<string, Client>,
  tracked: TrackedSessions,
  observed: ClientsObserved,
): FollowedClients {
  const clients = new Map(before);
  const open = new Map<string, Session>();
  const bySession = new Map(
    observed.connections.map((connection) => [sessionId(observed.broker, connection), connection]),
  );
  const queues = queuesByConnection(observed.consumers);
  const ended: Session[] = [];
  const opened = new Map<string, number>();
  const withClient = (session: Session): Session => {
    const connection = bySession.get(session.id);
    if (session.client !== null || !connection) return session;
    const assigned = assign(session, connection, queues, observed, clients);
    if (assigned.client !== null) opened.set(assigned.client, (opened.get(assigned.client) ?? 0) + 1);
    return assigned;
  };

  const siblings = byClient(tracked.open.values());
  for (const session of tracked.revived) undoEnd(session, clients, siblings, open);
  for (const session of tracked.ended) {
    // It may have opened and ended since the last tick: it still belongs to a client.
    ended.push(applyEnd(withClient(session), clients, siblings, open, observed.nowMs));
  }
  const likely: LikelyContext = { ...observed, queues, connections: bySession, before };
  for (const session of tracked.open.values()) {
    open.set(session.id, withClient(reviewLikely(open.get(session.id) ?? session, clients, likely)));
  }
  // Without the list of consumers every connection would appear to have none.
  if (observed.consumers !== null && observed.consumersAreListed !== false) joinLikely(clients, open, likely);
  for (const session of tracked.explained) explainEnd(session, clients, open);
  const forgotten = settle(clients, open, queues, observed);
  for (const [id, shown] of displayNames(clients.values(), observed.aliases)) {
    const client = clients.get(id);
    if (client && (client.displayName !== shown.displayName || client.alias !== shown.alias)) {
      clients.set(id, { ...client, ...shown });
    }
  }
  return { clients, open, ended: [...ended, ...tracked.explained], opened, forgotten };
}

function queuesByConnection(consumers: readonly Consumer[] | null): ReadonlyMap<string, readonly string[]> {
  const queues = new Map<string, string[]>();
  for (const { connection, queue } of consumers ?? []) {
    if (connection === null) continue;
    const list = queues.get(connection);
    if (list) list.push(queue);
    else queues.set(connection, [queue]);
  }
  return queues;
}

function byClient(sessions: Iterable<Session>): ReadonlyMap<string, readonly Session[]> {
  const lists = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.client === null) continue;
    const list = lists.get(session.client);
    if (list) list.push(session);
    else lists.set(session.client, [session]);
  }
  return lists;
}

function assign(
  session: Session,
  connection: Connection,
  queues: ReadonlyMap<string, readonly string[]>,
  observed: ClientsObserved,
  clients: Map<string, Client>,
): Session {
  const consumed = queues.get(connection.name) ?? [];
  const isOld = observed.nowMs - session.openedMs >= CONSUMERS_WITHIN_MS && observed.consumers !== null;
  const isFinal = isOld || observed.consumersAreListed === false;
  // Reply and event queues alone say no more than no queues: those of its work may still follow.
  const identifies =
    isFinal || foldQueues(consumed, observed.rules.fold, observed.rules.strip.queues).queues.length > 0;
  const identity = identify(observed.broker, connection, identifies ? consumed : null, observed.rules);
  if (identity === null) return session;
  const client = clients.get(identity.id);
  if (!client) {
    clients.set(identity.id, newClient(identity, connection, session, observed));
    return { ...session, client: identity.id };
  }
  const reconnect = client.unreplaced > 0;
  const counted = reconnect ? withReconnect(client, session.openedMs) : client;
  const isAway = client.state === "absent" || client.state === "lost" || client.state === "departed";
  clients.set(identity.id, {
    ...counted,
    folded: identity.folded,
    lifetimes: isAway ? afterAbsence(client, session.openedMs) : client.lifetimes,
    unreplaced: Math.max(0, client.unreplaced - 1),
    user: connection.user,
    product: connection.product ?? client.product,
    productVersion: connection.productVersion ?? client.productVersion,
    platform: connection.platform ?? client.platform,
    peerHost: connection.peerHost ?? client.peerHost,
  });
  return { ...session, client: identity.id, reconnect };
}

function newClient(
  identity: FoldedIdentity,
  connection: Connection,
  session: Session,
  observed: ClientsObserved,
): Client {
  return {
    ...identity,
    alias: null,
    displayName: identity.name,
    broker: observed.broker,
    vhost: connection.vhost,
    user: connection.user,
    product: connection.product,
    productVersion: connection.productVersion,
    platform: connection.platform,
    peerHost: connection.peerHost,
    state: "connected",
    stateSinceMs: session.openedMs,
    consuming: [],
    reconnectsMs: [],
    lastEnd: null,
    unreplaced: 0,
    firstSeenMs: observed.nowMs,
    lastSeenMs: observed.nowMs,
    lifetimes: newLifetimes(session.openedMs),
    replicas: NO_REPLICAS,
  };
}

function settle(
  clients: Map<string, Client>,
  open: ReadonlyMap<string, Session>,
  queues: ReadonlyMap<string, readonly string[]>,
  observed: ClientsObserved,
): readonly Client[] {
  const sessions = byClient(open.values());
  const forgotten: Client[] = [];
  const unattributed = unattributedQueues(observed.consumers);
  const limits = { giveUpMs: observed.rules.giveUpMs, expectedAfterMs: observed.expectedAfterMs };
  for (const client of clients.values()) {
    const own = sessions.get(client.id) ?? [];
    const { state, sinceMs } = nextState(client, own, limits, observed.nowMs);
    if (state === "departed" && observed.nowMs - client.lastSeenMs > DAY) {
      clients.delete(client.id);
      forgotten.push(client);
      continue;
    }
    const hidden = client.consuming.filter((queue) => unattributed.has(queue));
    const consuming = observed.consumers === null ? client.consuming : consumedBy(own, queues, hidden);
    clients.set(client.id, {
      ...client,
      state,
      stateSinceMs: sinceMs,
      // Queues it consumed are stored while it is absent, or likely back without them: their work has stopped.
      consuming: own.every(({ likely }) => likely) ? client.consuming : consuming,
      reconnectsMs: recent(client.reconnectsMs, observed.nowMs),
      unreplaced: state === "departed" ? 0 : client.unreplaced,
      lastSeenMs: own.length > 0 ? observed.nowMs : client.lastSeenMs,
      lifetimes: lifetimesAfter(client, own, consuming, observed.nowMs),
    });
  }
  return forgotten;
}

function lifetimesAfter(
  { lifetimes }: Client,
  own: readonly Session[],
  consuming: readonly string[],
  nowMs: number,
): Client["lifetimes"] {
  const known = own.reduce((before, session) => withSession(before, session, nowMs), lifetimes);
  return known.hasConsumed || consuming.length === 0 ? known : { ...known, hasConsumed: true };
}

const recent = (instants: readonly number[], nowMs: number): readonly number[] =>
  (instants[0] ?? nowMs) >= nowMs - DAY ? instants : instants.filter((at) => at >= nowMs - DAY);

/** `hidden`: queues that it consumed, and where it may still be the consumer without channel details. */
function consumedBy(
  own: readonly Session[],
  queues: ReadonlyMap<string, readonly string[]>,
  hidden: readonly string[],
): readonly string[] {
  const names = own.flatMap((session) => queues.get(session.connection) ?? []);
  return [...new Set([...names, ...hidden])].sort();
}
