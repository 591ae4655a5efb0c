import type { Reading } from "@/lib/alerts/model/reading";
import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { certificateDays } from "@/lib/collector/broker/derive/checks";
import { areClientsKnown, connectionsOf } from "@/lib/collector/broker/derive/coverage";
import { alarmsOf } from "@/lib/collector/broker/derive/measure-activity";
import { unroutableLately } from "@/lib/collector/broker/derive/unroutable";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode } from "@/lib/rabbitmq/api/broker";
import { othersOf } from "@/lib/rabbitmq/api/own";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { endedWithItsNode, missingClients, type RestartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";

/** Flapping is measured over this window (three reconnects in ten minutes are no accident). */
export const FLAPPING_WINDOW_MS = 10 * MINUTE;

/** A broker's row for one poll, in the order of SAMPLED.broker. While blind only `broker.up` is measured. */
export function brokerSample(
  memory: BrokerMemory,
  tick: { readonly blind: boolean; readonly unseen: number | null; readonly nowMs: number },
): Sample {
  const labels = { broker: memory.broker };
  if (tick.blind) {
    const values = SAMPLED.broker.map(([name]) => (name === "broker.up" && isBlind(memory.reach) ? 0 : null));
    return { kind: "broker", labels, values };
  }
  const states = areClientsKnown(memory) ? countStates(othersOf(memory.clients.values())) : null;
  const missing = missingClients(memory.clients.values());
  const values: Record<(typeof SAMPLED.broker)[number][0], number | null> = {
    "broker.up": 1,
    "broker.connections": connectionsOf(memory),
    "broker.clients.connected": states?.connected ?? null,
    "broker.clients.late": states?.late ?? null,
    "broker.clients.blocked": states?.blocked ?? null,
    "broker.clients.absent": states?.absent ?? null,
    "broker.clients.lost": states?.lost ?? null,
    "broker.sessions.unseen": tick.unseen,
    "broker.poll.duration": memory.pollDurationMs,
    "broker.opened": perMinute(memory.overview?.openedPerSecond ?? null),
    "broker.closed": perMinute(memory.overview?.closedPerSecond ?? null),
    "broker.clients.missing": missing.filter((client) => client.state === "lost").length,
    "broker.alarms": alarmsOf(memory.nodes),
    "broker.partitions": partitionedOf(memory.nodes)?.length ?? null,
    "broker.unroutable": unroutableLately(memory.unroutable),
    "broker.channels.opened": perMinute(memory.overview?.channelsOpenedPerSecond ?? null),
    "broker.certificates.days": certificateDays(memory.checks, tick.nowMs),
    "broker.features.deprecated": memory.checks.deprecated?.length ?? null,
    "broker.features.disabled": memory.checks.disabledFlags?.length ?? null,
    "broker.nodes.down": memory.nodes.length === 0 ? null : downOf(memory.nodes).length,
    "broker.restart.recovery": missing.length === 0 ? 0 : missing.some((client) => client.state === "lost") ? 2 : 1,
  };
  return { kind: "broker", labels, values: SAMPLED.broker.map(([name]) => values[name]) };
}

/** Names of the nodes of a cluster that are not running for the others. */
export const downOf = (nodes: readonly BrokerNode[]): readonly string[] =>
  nodes.filter((node) => !node.running).map((node) => node.name);

/** Names of the nodes that are cut off from others; null: not measured. */
function partitionedOf(nodes: readonly BrokerNode[]): readonly string[] | null {
  const measured = nodes.filter(({ partitions }) => (partitions ?? null) !== null);
  if (measured.length === 0) return null;
  return measured.filter(({ partitions }) => (partitions?.length ?? 0) > 0).map(({ name }) => name);
}

/** The summary of a partition, of unroutable messages and of churn: which nodes, and whose messages or connections. */
export function trafficContext(memory: BrokerMemory, nowMs: number): NonNullable<Reading["context"]> {
  const partitioned = partitionedOf(memory.nodes) ?? [];
  const unroutable = publishersOf(memory, memory.unroutable.connections);
  const recent = (client: Client): number =>
    client.reconnectsMs.filter((atMs) => atMs > nowMs - FLAPPING_WINDOW_MS).length;
  const churning =
    (memory.overview?.openedPerSecond ?? 0) === 0
      ? []
      : othersOf(memory.clients.values())
          .map((client) => ({ name: client.displayName, opened: recent(client) }))
          .filter(({ opened }) => opened >= CHURNING_MIN)
          .toSorted((a, b) => b.opened - a.opened);
  return {
    partitioned: partitioned.length === 0 ? null : partitioned.join(", "),
    publishers: listed([...new Set(unroutable)]),
    churning: listed(churning.map(({ name }) => name)),
  };
}

function publishersOf(memory: BrokerMemory, connections: ReadonlyMap<string, unknown>): readonly string[] {
  if (connections.size === 0) return [];
  const clientOf = new Map([...memory.open.values()].map(({ connection, client }) => [connection, client]));
  return [...connections.keys()].map((connection) => {
    const client = memory.clients.get(clientOf.get(connection) ?? "");
    return client?.displayName ?? connection;
  });
}

/** Reconnects in ten minutes from which a client has a part in the churn of its broker. */
const CHURNING_MIN = 10;

const listed = (names: readonly string[]): string | null =>
  names.length === 0
    ? null
    : `${names.slice(0, NAMES_MAX).join(", ")}${names.length > NAMES_MAX ? ` +${names.length - NAMES_MAX}` : ""}`;

/** A node that was down and is not a member of the cluster any more was removed: it has not recovered. */
export function nodesContext(
  before: readonly BrokerNode[],
  now: readonly BrokerNode[],
): NonNullable<Reading["context"]> {
  const members = new Set(now.map((node) => node.name));
  const isRemoved = downOf(before).some((name) => !members.has(name));
  return downOf(now).length === 0 && isRemoved ? { phase: "departed" } : {};
}

/** Clients named in a notification; the page lists them all. */
const NAMES_MAX = 5;

/** The numbers of the summary about clients that have not come back. */
export function recoveryContext(memory: BrokerMemory, nowMs: number): NonNullable<Reading["context"]> {
  const { restartRecovery: recovery } = memory;
  const missing = missingClients(memory.clients.values());
  if (missing.length === 0) {
    const hasDeparted = [...memory.clients.values()].some((client) => hasJustDeparted(client, nowMs));
    return { phase: hasDeparted ? "departed" : "connected" };
  }
  const names = missing.map((client) => client.displayName);
  const ends = missing.flatMap(({ lastEnd }) => (lastEnd === null ? [] : [lastEnd.atMs]));
  return {
    ...(recovery === null ? {} : othersContext(recovery, missing)),
    missing: names.slice(0, NAMES_MAX).join(", "),
    missingMore: Math.max(0, names.length - NAMES_MAX),
    wentMs: Math.min(...ends),
    phase: missing.some((client) => client.state === "lost") ? "lost" : "disconnected",
  };
}

/** Whether a client whose return was awaited is not expected any more since this tick. */
const hasJustDeparted = (client: Client, nowMs: number): boolean =>
  client.state === "departed" && client.stateSinceMs === nowMs && endedWithItsNode(client);

/** How many others of the same restart are back; nothing where somebody is missing since an earlier one. */
function othersContext({ back, away }: RestartRecovery, missing: readonly Client[]): NonNullable<Reading["context"]> {
  const ids = new Set(away.map((client) => client.id));
  if (!missing.every((client) => ids.has(client.id))) return {};
  const slowestMs = back.length === 0 ? null : Math.max(...back.map(({ afterMs }) => afterMs));
  return {
    went: back.length + away.length,
    back: back.length,
    slowestSeconds: slowestMs === null ? null : slowestMs / SECOND,
  };
}

const perMinute = (perSecond: number | null): number | null => (perSecond === null ? null : perSecond * 60);

export type StateCounts = Readonly<Record<Client["state"], number>>;

export function countStates(clients: Iterable<Client>): StateCounts {
  const counts = { connected: 0, late: 0, blocked: 0, absent: 0, lost: 0, departed: 0 };
  for (const client of clients) counts[client.state]++;
  return counts;
}

/** The values of a stored row as readings for the rules. */
export const readingsOf = (sample: Sample, context: NonNullable<Reading["context"]>): readonly Reading[] =>
  SAMPLED[sample.kind].map(([signal], at) => ({
    signal,
    labels: sample.labels,
    value: sample.values[at] ?? null,
    context,
  }));

/** Counted from sessions, as in charts: reconnects and ends by missed heartbeats of the last ten minutes. */
export function countedReadings({ broker, clients, heartbeatEndsMs }: BrokerMemory, nowMs: number): readonly Reading[] {
  const isRecent = (atMs: number): boolean => atMs > nowMs - FLAPPING_WINDOW_MS;
  let reconnects = 0;
  for (const { reconnectsMs } of othersOf(clients.values())) reconnects += reconnectsMs.filter(isRecent).length;
  return [
    { signal: "broker.reconnects", labels: { broker }, value: reconnects },
    { signal: "broker.heartbeat.ends", labels: { broker }, value: heartbeatEndsMs.size },
  ];
}
