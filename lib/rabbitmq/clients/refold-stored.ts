import type { Client } from "@/lib/rabbitmq/clients/client";
import { departedLongAgo } from "@/lib/rabbitmq/clients/departed-long-ago";
import {
  type FoldedIdentity,
  type FoldingSettings,
  namedIdentity,
  unnamedIdentity,
} from "@/lib/rabbitmq/clients/identity";
import { type FoldedPart, foldName, foldQueues, foldUser } from "@/lib/rabbitmq/clients/name-folding";
import type { Session } from "@/lib/rabbitmq/sessions/session";

export interface StoredClients {
  readonly clients: readonly Client[];
  /** Open sessions. */
  readonly sessions: readonly Session[];
  /** Sessions that ended a short while ago. */
  readonly ended: readonly Session[];
}

export interface RefoldedClients extends StoredClients {
  /** The ids that clients have now, by the ids that they had. */
  readonly moved: ReadonlyMap<string, string>;
}

/**
 * Applies the folding rules and patterns in force to what the last run stored, so that a rule that is new does not make
 * its clients lost: a connected or absent client continues under its folded identity with its open sessions, and what
 * else of the same identity was stored is retired. A lost client without such a successor stays as it is: its alert has
 * been sent.
 */
export function refoldStored(stored: StoredClients, rules: FoldingSettings): RefoldedClients {
  const moves = new Map<string, { readonly client: Client; readonly identity: FoldedIdentity }[]>();
  for (const client of stored.clients) {
    const identity = foldedIdentity(client, rules);
    if (identity === null || identity.id === client.id) continue;
    const move = { client, identity };
    const moving = moves.get(identity.id);
    if (moving) moving.push(move);
    else moves.set(identity.id, [move]);
  }
  if (moves.size === 0) return { ...stored, moved: new Map() };
  const openClients = new Set(stored.sessions.map((session) => session.client));
  const clients = new Map(stored.clients.map((client) => [client.id, client]));
  const moved = new Map<string, string>();
  for (const [id, moving] of moves) {
    const known = clients.get(id);
    const current = moving
      .filter(({ client }) => openClients.has(client.id) || client.state === "absent")
      .sort((a, b) => rank(b.client, openClients) - rank(a.client, openClients))[0];
    if (!known && !current) continue;
    if (!known && current) {
      clients.set(id, { ...current.client, ...current.identity, displayName: current.identity.name });
    }
    for (const { client } of moving) {
      moved.set(client.id, id);
      clients.set(client.id, departedLongAgo(client));
    }
  }
  const follow = (session: Session): Session => {
    const client = session.client === null ? undefined : moved.get(session.client);
    return client === undefined ? session : { ...session, client };
  };
  return {
    clients: [...clients.values()],
    sessions: stored.sessions.map(follow),
    ended: stored.ended.map(follow),
    moved,
  };
}

/** An open session comes first, then the client seen last. */
const rank = (client: Client, openClients: ReadonlySet<string | null>): number =>
  client.lastSeenMs + (openClients.has(client.id) ? Number.MAX_SAFE_INTEGER / 2 : 0);

/** The identity that the rules give a stored client; null where it cannot be told from what is stored. */
function foldedIdentity(client: Client, rules: FoldingSettings): FoldedIdentity | null {
  const { user, parts } = foldUser(client.user, rules.fold, rules.strip.users);
  const owner = { ...client, user };
  // Its id was made with the user as the broker has it, or as the rules fold it.
  for (const former of [client, owner]) {
    const queues = queuesBehind(client, former);
    if (client.namedBy === "identity" && queues !== null) return unnamed(owner, queues, rules, parts);
    if (client.namedBy === "connection-name") {
      const withHost = nameBeforeHost(client);
      if (withHost !== null && namedIdentity(former, { name: withHost, needsHost: true }).id === client.id) {
        return { ...namedIdentity(owner, { name: withHost, needsHost: true }), folded: [...client.folded, ...parts] };
      }
      // An id that another name gave (one that was cut) is not touched.
      if (namedIdentity(former, { name: client.name, needsHost: false }).id !== client.id) continue;
      const { name, needsHost, parts: ofName } = foldName(client.name, rules.fold, rules.strip.names);
      const folded = [...ofName, ...parts];
      if (name === null) return unnamed(owner, client.consuming, rules, folded);
      return { ...namedIdentity(owner, { name, needsHost }), folded };
    }
  }
  return null;
}

function unnamed(
  owner: Client,
  queues: readonly string[],
  rules: FoldingSettings,
  parts: readonly FoldedPart[],
): FoldedIdentity {
  const identifying = foldQueues(queues, rules.fold, rules.strip.queues);
  return { ...unnamedIdentity(owner, identifying.queues), folded: [...parts, ...identifying.parts] };
}

/** The name that was folded with its host; null where it has none. */
function nameBeforeHost({ name, peerHost }: Client): string | null {
  const host = ` (${peerHost})`;
  return peerHost !== null && name.endsWith(host) ? name.slice(0, -host.length) : null;
}

/** The queues that gave an unnamed client its id; null where they are not stored. */
const queuesBehind = (client: Client, former: Client): readonly string[] | null =>
  [client.consuming, queuesInName(client.name)].find(
    (names) => unnamedIdentity(former, [...new Set(names)].sort()).id === client.id,
  ) ?? null;

/** The name of an unnamed client ends with the queues that identify it, where these are few. */
const queuesInName = (name: string): readonly string[] => / \((.+)\)$/su.exec(name)?.[1]?.split(", ") ?? [];
