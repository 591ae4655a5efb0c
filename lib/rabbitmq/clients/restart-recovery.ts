import { MINUTE } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Who went when the broker did, and who is back since. */
export interface RestartRecovery {
  /** When the first of them went. */
  readonly atMs: number;
  readonly reason: EndReason;
  readonly inferred: boolean;
  readonly back: readonly { readonly client: Client; readonly afterMs: number }[];
  /** Still away, the longest known first. */
  readonly away: readonly Client[];
}

/** Ends of one restart are told over several polls, and a stop takes seconds (measured: 7 to 8 s). */
const TOGETHER_MS = 2 * MINUTE;
const WITH_THE_NODE: readonly EndReason[] = ["broker-stopped", "node-down"];

/**
 * The latest time the broker, or a node of it, took clients along: read off their last ends, so it is the same after a
 * restart of ours. Whoever has ended for a reason of its own since then has left the list. null when none is known.
 */
export function restartRecovery(clients: Iterable<Client>, open: Iterable<Session>): RestartRecovery | null {
  const went = [...clients]
    .flatMap((client) =>
      client.lastEnd && WITH_THE_NODE.includes(client.lastEnd.reason) ? [{ client, end: client.lastEnd }] : [],
    )
    .sort((a, b) => b.end.atMs - a.end.atMs);
  const newest = went[0]?.end.atMs;
  if (newest === undefined) return null;
  const together = went.filter(({ end }) => newest - end.atMs <= TOGETHER_MS);
  const first = together.at(-1);
  if (!first) return null;
  const returned = firstOpened(open);
  const back: { client: Client; afterMs: number }[] = [];
  const away: Client[] = [];
  for (const { client, end } of together) {
    const openedMs = returned.get(client.id);
    if (openedMs !== undefined) back.push({ client, afterMs: Math.max(0, openedMs - end.atMs) });
    else if (client.state !== "departed") away.push(client);
  }
  away.sort((a, b) => a.firstSeenMs - b.firstSeenMs);
  return { atMs: first.end.atMs, reason: first.end.reason, inferred: first.end.inferred, back, away };
}

/** When each client's earliest open session opened. */
function firstOpened(open: Iterable<Session>): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { client, openedMs } of open) {
    if (client !== null) first.set(client, Math.min(openedMs, first.get(client) ?? openedMs));
  }
  return first;
}

/**
 * Whom the broker took along with others and who is lost since. One alert tells of them all, so none is told of alone.
 */
export const missingClients = (comeback: RestartRecovery | null): readonly Client[] =>
  comeback !== null && isShared(comeback) ? comeback.away.filter((client) => client.state === "lost") : [];

/** Beyond one, an absence is the broker's story and not the client's: one alert, not one for each. */
const isShared = (comeback: RestartRecovery): boolean => comeback.back.length + comeback.away.length > 1;
