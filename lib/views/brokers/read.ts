import "server-only";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { areClientsKnown, connectionsOf, nodesWithoutStatistics } from "@/lib/collector/broker/derive/coverage";
import { countStates } from "@/lib/collector/broker/derive/measure";
import { statsIntervalMs } from "@/lib/collector/broker/derive/nodes";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { othersOf } from "@/lib/rabbitmq/api/own";
import type { RestartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";
import type { ExchangeStatus } from "@/lib/rabbitmq/events/event";
import { lagOf } from "@/lib/rabbitmq/heartbeats/late";
import { countEnds, countReconnects } from "@/lib/storage/rabbitmq/sessions";
import { sumUnseen } from "@/lib/storage/samples/samples";
import { withBecause } from "@/lib/views/because";
import { accessChecks } from "@/lib/views/brokers/access-checks";
import type { BrokerView } from "@/lib/views/brokers/schema";
import { nameSuggestions } from "@/lib/views/clients/name-suggestions";
import type { Window } from "@/lib/views/list";

export const WINDOWS_MS = [5 * MINUTE, HOUR, DAY] as const;

const windowOf = ([last5m = 0, last1h = 0, last24h = 0]: readonly number[]): Window => ({ last5m, last1h, last24h });

/** Every configured broker as of now. */
export async function readBrokers(
  live: Pick<Runtime, "brokers" | "database" | "listingStrategies">,
  nowMs: number,
): Promise<BrokerView[]> {
  return Promise.all([...live.brokers.values()].map((memory) => readBroker(live, memory, nowMs)));
}

/** One broker as of now. */
export async function readBroker(
  live: Pick<Runtime, "database" | "listingStrategies">,
  memory: BrokerMemory,
  nowMs: number,
): Promise<BrokerView> {
  const since = WINDOWS_MS.map((ms) => nowMs - ms);
  const { db } = live.database;
  return toView(memory, live.listingStrategies.get(memory.broker) ?? null, {
    heartbeatEnds: windowOf(await countEnds(db, memory.broker, "heartbeat", since)),
    reconnects: windowOf(await countReconnects(db, memory.broker, since)),
    unassignedSessions: windowOf(await sumUnseen(db, memory.broker, since)),
  });
}

function toView(
  memory: BrokerMemory,
  strategy: BrokerView["way"],
  counts: Pick<BrokerView, "heartbeatEnds" | "reconnects" | "unassignedSessions">,
): BrokerView {
  const clients = areClientsKnown(memory) ? countStates(othersOf(memory.clients.values())) : null;
  return {
    id: memory.broker,
    state: memory.reach.is,
    stateSinceMs: memory.reach.sinceMs,
    ...withBecause(memory.reach.reason),
    version: memory.overview?.version ?? null,
    clusterName: memory.overview?.clusterName ?? null,
    nodes: [...memory.nodes],
    connections: memory.lastPollMs === null ? null : connectionsOf(memory),
    clients: {
      connected: clients?.connected ?? null,
      late: clients?.late ?? null,
      blocked: clients?.blocked ?? null,
      absent: clients?.absent ?? null,
      lost: clients?.lost ?? null,
    },
    nodesWithoutStatistics: [...nodesWithoutStatistics(memory.nodes, memory.overview)],
    churnPerSecond: {
      opened: memory.overview?.openedPerSecond ?? null,
      closed: memory.overview?.closedPerSecond ?? null,
    },
    ...counts,
    comeback: recoveryView(memory.restartRecovery),
    pushed: { events: pushedView(memory.pushStatus.events), log: pushedView(memory.pushStatus.log) },
    nameSuggestions: nameSuggestions(memory),
    refusals: memory.refusals.map(({ atMs, user, connection, detail }) => ({ atMs, user, connection, detail })),
    lastPollMs: memory.lastPollMs,
    pollDurationMs: memory.pollDurationMs,
    pollBytes: memory.pollBytes,
    statistics: statisticsView(memory),
    unreadable: memory.unreadable,
    sees: accessChecks(memory),
    way: strategy,
    pollIntervalMs: memory.pollIntervalMs,
    simulated: memory.overview?.simulated ?? false,
  };
}

function statisticsView({ statsFreshness, pollDurationMs }: BrokerMemory): BrokerView["statistics"] {
  const intervalMs = statsIntervalMs(statsFreshness);
  return { intervalMs, lagMs: intervalMs === null ? null : lagOf(pollDurationMs ?? 0, intervalMs) };
}

const pushedView = ({ is, sinceMs, unreadable, reason }: ExchangeStatus) => ({
  is,
  sinceMs,
  unreadable,
  ...withBecause(reason),
});

/** Clients that a page lists of those that have not reconnected. */
const AWAY_MAX = 50;

function recoveryView(recovery: RestartRecovery | null): BrokerView["comeback"] {
  if (recovery === null) return null;
  const { atMs, reason, inferred, back, away } = recovery;
  const afterMs = back.map((client) => client.afterMs).sort((a, b) => a - b);
  return {
    atMs,
    reason,
    inferred,
    went: back.length + away.length,
    back: back.length,
    medianMs: afterMs[Math.floor(afterMs.length / 2)] ?? null,
    slowestMs: afterMs.at(-1) ?? null,
    away: away.slice(0, AWAY_MAX).map(({ id, name, displayName, state, lastEnd }) => ({
      ...{ id, name, displayName, state },
      overdue: (lastEnd?.overdueMs ?? null) !== null,
    })),
  };
}
