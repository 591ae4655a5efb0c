import { MINUTE } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** The clients that a broker restart disconnected, and which of them have reconnected. */
export interface RestartRecovery {
  /** When the first of them disconnected. */
  readonly atMs: number;
  readonly reason: EndReason;
  readonly inferred: boolean;
  readonly back: readonly { readonly client: Client; readonly afterMs: number }[];
  /** Still absent, the longest known first. */
  readonly away: readonly Client[];
}

/** The ends of one restart arrive over several polls, and a stop takes seconds (measured: 7 to 8 s). */
const SAME_RESTART_MS = 2 * MINUTE;
const NODE_REASONS: readonly EndReason[] = ["broker-stopped", "node-down"];

/**
 * Recovery from the latest restart of the broker or of a node, derived from the clients' last ends, so a restart of
 * Lastbeat does not change it. Clients whose last end has another reason are not included. null without a restart.
 */
export function restartRecovery(clients: Iterable<Client>, open: Iterable<Session>): RestartRecovery | null {
  const disconnected = [...clients]
    .flatMap((client) =>
      client.lastEnd && NODE_REASONS.includes(client.lastEnd.reason) ? [{ client, end: client.lastEnd }] : [],
    )
    .sort((a, b) => b.end.atMs - a.end.atMs);
  const newest = disconnected[0]?.end.atMs;
  if (newest === undefined) return null;
  const sameRestart = disconnected.filter(({ end }) => newest - end.atMs <= SAME_RESTART_MS);
  const first = sameRestart.at(-1);
  if (!first) return null;
  const openedMsByClient = firstOpened(open);
  const back: { client: Client; afterMs: number }[] = [];
  const away: Client[] = [];
  for (const { client, end } of sameRestart) {
    const openedMs = openedMsByClient.get(client.id);
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

/** Clients lost in the same broker restart as others. They share one alert, so no alert of their own is raised. */
export const missingClients = (recovery: RestartRecovery | null): readonly Client[] =>
  recovery !== null && isShared(recovery) ? recovery.away.filter((client) => client.state === "lost") : [];

/** With more than one client, the broker is the cause: one alert, not one for each. */
const isShared = (recovery: RestartRecovery): boolean => recovery.back.length + recovery.away.length > 1;
