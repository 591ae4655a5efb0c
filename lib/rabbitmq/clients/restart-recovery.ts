import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { othersOf } from "@/lib/rabbitmq/api/own";
import type { Client, LastEnd } from "@/lib/rabbitmq/clients/client";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { Session } from "@/lib/rabbitmq/sessions/session";

interface ClientBack {
  readonly client: Client;
  readonly afterMs: number;
}

/** The clients that a broker restart disconnected, and which of them have reconnected. */
export interface RestartRecovery {
  /** When the first of them disconnected. */
  readonly atMs: number;
  readonly reason: EndReason;
  readonly inferred: boolean;
  readonly back: readonly ClientBack[];
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
  const disconnected = othersOf(clients)
    .flatMap((client) => (endedWithItsNode(client) ? [{ client, end: client.lastEnd }] : []))
    .sort((a, b) => b.end.atMs - a.end.atMs);
  const newest = disconnected[0]?.end.atMs;
  if (newest === undefined) return null;
  const sameRestart = disconnected.filter(({ end }) => newest - end.atMs <= SAME_RESTART_MS);
  const first = sameRestart.at(-1);
  if (!first) return null;
  const openedMsByClient = firstOpened(open);
  const back: ClientBack[] = [];
  const away: Client[] = [];
  for (const { client, end } of sameRestart) {
    const openedMs = openedMsByClient.get(client.id);
    if (openedMs !== undefined) back.push({ client, afterMs: Math.max(0, openedMs - end.atMs) });
    else if (client.state !== "departed") away.push(client);
  }
  away.sort((a, b) => a.firstSeenMs - b.firstSeenMs);
  return { atMs: first.end.atMs, reason: first.end.reason, inferred: first.end.inferred, back, away };
}

/** Whether its last session ended because the broker or a node stopped or restarted. */
export const endedWithItsNode = (client: Client): client is Client & { readonly lastEnd: LastEnd } =>
  client.lastEnd !== null && NODE_REASONS.includes(client.lastEnd.reason);

/** When each client's earliest open session opened. */
function firstOpened(open: Iterable<Session>): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { client, openedMs } of open) {
    if (client !== null) first.set(client, Math.min(openedMs, first.get(client) ?? openedMs));
  }
  return first;
}

const isAway = ({ state }: Client): boolean => state === "absent" || state === "lost";

/**
 * Clients that a restart of the broker or of a node disconnected and that are not back in time, the longest known first:
 * overdue beside the others, or lost. They share one alert, so that none of their own is raised, and it lasts until they
 * are back: neither a later restart nor a later end of the others changes it.
 */
export const missingClients = (clients: Iterable<Client>): readonly Client[] =>
  othersOf(clients)
    .filter((client) => endedWithItsNode(client) && isAway(client))
    .filter(({ state, lastEnd }) => state === "lost" || (lastEnd?.overdueMs ?? null) !== null)
    .sort((a, b) => a.firstSeenMs - b.firstSeenMs);

/** Libraries back off between their attempts, most to less than a minute; a container restarts within one. */
const OVERDUE_AFTER_MS = 60 * SECOND;
/** Their attempts are spread: the slowest of many clients takes a few times as long as the usual one. */
const TIMES_THE_SLOWEST = 5;

/**
 * Those who have been away for longer than a minute and five times the slowest of the others, once most of the others are
 * back: clients of the same product, or with the same name. It counts from the first that reconnected: before that the
 * broker accepted nobody. The result is stored with the client's last end, so that nothing later changes it.
 */
export function newlyOverdue(
  clients: Iterable<Client>,
  recovery: RestartRecovery | null,
  nowMs: number,
): readonly Client[] {
  if (recovery === null || recovery.back.length === 0) return [];
  const back = recovery.back.map(({ client, afterMs }) => ({ client, atMs: (client.lastEnd?.atMs ?? 0) + afterMs }));
  const acceptsMs = Math.min(...back.map(({ atMs }) => atMs));
  const away = othersOf(clients).filter((client) => endedWithItsNode(client) && isAway(client));
  return away.filter((client) => {
    if (client.lastEnd === null || client.lastEnd.overdueMs !== null) return false;
    const awayMs = nowMs - Math.max(client.lastEnd.atMs, acceptsMs);
    if (awayMs < OVERDUE_AFTER_MS) return false;
    return KINDS.some((isSameKind) => {
      const others = back.filter((other) => isSameKind(other.client, client));
      const stillAway = away.filter((other) => other.id !== client.id && isSameKind(other, client)).length;
      const slowestMs = Math.max(0, ...others.map(({ atMs }) => atMs - acceptsMs));
      return others.length > stillAway && awayMs >= slowestMs * TIMES_THE_SLOWEST;
    });
  });
}

/** Which clients are expected back within about the same time. */
const KINDS: readonly ((a: Client, b: Client) => boolean)[] = [
  (a, b) => a.product !== null && a.product === b.product,
  (a, b) => a.name === b.name,
];
