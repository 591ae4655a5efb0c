import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Clients whose blocked period began or ended between two polls, by id. */
export interface BlockedChanges {
  readonly began: readonly string[];
  readonly ended: readonly string[];
}

/**
 * A client is blocked while any of its sessions is: the broker has stopped reading from that session. Derived from
 * sessions and not from the client's state, which is `late` if both hold. Pure.
 */
export function blockedChanges(before: Iterable<Session>, now: Iterable<Session>): BlockedChanges {
  const was = blockedClients(before);
  const is = blockedClients(now);
  return {
    began: [...is].filter((client) => !was.has(client)),
    ended: [...was].filter((client) => !is.has(client)),
  };
}

function blockedClients(sessions: Iterable<Session>): ReadonlySet<string> {
  const clients = new Set<string>();
  for (const session of sessions) if (session.blocked && session.client !== null) clients.add(session.client);
  return clients;
}
