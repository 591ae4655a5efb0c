import { MINUTE } from "@/lib/base/time/duration";
import type { RowsDue } from "@/lib/collector/broker/derive/rows-due";
import type { BrokerMemory, ClientMinutes } from "@/lib/collector/broker/memory";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { FollowedClients } from "@/lib/rabbitmq/clients/follow";
import { isShortLived } from "@/lib/rabbitmq/clients/lifetimes";
import { most, worstSignals } from "@/lib/rabbitmq/clients/signals";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { ClientMinute } from "@/lib/storage/samples/samples";

export const changedSessions = (before: BrokerMemory, followed: FollowedClients, due: RowsDue): readonly Session[] => [
  ...followed.ended,
  ...[...followed.open.values()].filter((session) => due(session.id) || sessionChanged(before.open, session)),
];

export const changedClients = (before: BrokerMemory, after: BrokerMemory, due: RowsDue): readonly Client[] =>
  [...after.clients.values()].filter((client) => due(client.id) || clientChanged(before.clients, client));

function sessionChanged(before: ReadonlyMap<string, Session>, session: Session): boolean {
  const known = before.get(session.id);
  return (
    !known ||
    known.client !== session.client ||
    known.pid !== session.pid ||
    known.reconnect !== session.reconnect ||
    known.likely !== session.likely ||
    known.blocked !== session.blocked ||
    known.lateSinceMs !== session.lateSinceMs ||
    known.timeoutSeconds !== session.timeoutSeconds
  );
}

function clientChanged(before: ReadonlyMap<string, Client>, client: Client): boolean {
  const known = before.get(client.id);
  return (
    !known ||
    known.state !== client.state ||
    known.unreplaced !== client.unreplaced ||
    known.lastEnd?.atMs !== client.lastEnd?.atMs ||
    // A reason that arrives later changes what its absence means, and is acknowledged only once.
    known.lastEnd?.reason !== client.lastEnd?.reason ||
    known.lastEnd?.overdueMs !== client.lastEnd?.overdueMs ||
    known.reconnectsMs.length !== client.reconnectsMs.length ||
    known.consuming.length !== client.consuming.length ||
    isShortLived(known) !== isShortLived(client) ||
    replicasChanged(known.replicas, client.replicas)
  );
}

/** What an alert may stand on; counts and durations are written with the others once a minute. */
const replicasChanged = (before: Client["replicas"], { sessions, consumers, shortfall }: Client["replicas"]): boolean =>
  before.sessions.usual !== sessions.usual ||
  before.consumers.usual !== consumers.usual ||
  before.shortfall?.isLasting !== shortfall?.isLasting;

/** Merges the rows of one tick into their minute; returns the minute before once it is over. */
export function accumulateMinute(
  before: ClientMinutes,
  rows: readonly (ClientMinute & { readonly id: string })[],
  nowMs: number,
): {
  readonly now: ClientMinutes;
  readonly finished: { readonly minuteMs: number; readonly rows: readonly ClientMinute[] } | null;
} {
  const minuteMs = nowMs - (nowMs % MINUTE);
  const same = minuteMs === before.minuteMs;
  const merged = new Map(same ? before.rows : []);
  for (const { id, ...row } of rows) {
    const known = merged.get(id);
    merged.set(id, known ? worse(known, row) : row);
  }
  const finished =
    same || before.rows.size === 0 ? null : { minuteMs: before.minuteMs, rows: [...before.rows.values()] };
  return { now: { minuteMs, rows: merged }, finished };
}

const worse = (known: ClientMinute, row: ClientMinute): ClientMinute => ({
  ...row,
  silence: most(known.silence, row.silence),
  missed: most(known.missed, row.missed),
  doing: worstSignals(known.doing, row.doing),
});
