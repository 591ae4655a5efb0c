import "server-only";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { elapsedSeconds } from "@/lib/base/time/elapsed";
import { heartbeatOf } from "@/lib/collector/broker/derive/measure-clients";
import { statsIntervalMs } from "@/lib/collector/broker/derive/nodes";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { isOwnClient, othersOf } from "@/lib/rabbitmq/api/own";
import type { Activity } from "@/lib/rabbitmq/clients/activity";
import type { Client, ClientState } from "@/lib/rabbitmq/clients/client";
import { sessionsLeaked } from "@/lib/rabbitmq/clients/connections";
import { withoutConsumersSeconds } from "@/lib/rabbitmq/clients/consuming";
import { confidenceOf } from "@/lib/rabbitmq/clients/identity";
import { openedPerMinute } from "@/lib/rabbitmq/clients/opened";
import { publishLimitSeconds, publishStalledSeconds } from "@/lib/rabbitmq/clients/publishing";
import { missingReplicas } from "@/lib/rabbitmq/clients/replicas";
import { lagOf } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { loadOpenAlerts } from "@/lib/storage/alerts/alerts";
import { alertView } from "@/lib/views/alerts/read";
import { WINDOWS_MS } from "@/lib/views/brokers/read";
import { blindBrokers } from "@/lib/views/brokers/read-blind";
import { endView } from "@/lib/views/clients/end";
import { type ClientFilter, choicesOf, countByState, passes } from "@/lib/views/clients/filter";
import type { ClientRow, ClientTrouble, ClientView } from "@/lib/views/clients/schema";
import { rankOf, troublesOf } from "@/lib/views/clients/trouble";

/** The order of the list on the overview: the worst first. */
const STATE_RANK: Readonly<Record<ClientState, number>> = {
  late: 0,
  lost: 1,
  blocked: 2,
  absent: 3,
  connected: 4,
  departed: 5,
};

/** All clients of all brokers without Lastbeat itself, ordered by state, missed heartbeats, reconnects of the last hour and name. */
export function readClients(
  live: Pick<Runtime, "brokers">,
  nowMs: number,
  { own }: { readonly own: boolean } = { own: false },
): ClientView[] {
  const views = [...live.brokers.values()].flatMap((memory) => {
    const sessions = Map.groupBy(memory.open.values(), (session) => session.client);
    const clients = own ? [...memory.clients.values()] : othersOf(memory.clients.values());
    return clients.map((client) => toView(client, sessions.get(client.id) ?? [], memory, nowMs));
  });
  return views.sort(
    (a, b) =>
      STATE_RANK[a.state] - STATE_RANK[b.state] ||
      (b.heartbeat.missed ?? 0) - (a.heartbeat.missed ?? 0) ||
      b.reconnects.last1h - a.reconnects.last1h ||
      a.displayName.localeCompare(b.displayName) ||
      a.id.localeCompare(b.id),
  );
}

interface ClientsContext extends Pick<Runtime, "brokers" | "database" | "notifications" | "scopes"> {}

/** The clients that pass a filter, the worst first, with the counts and choices for the other filters. */
export async function listClients(live: ClientsContext, filter: ClientFilter, nowMs: number) {
  const all = readClients(live, nowMs, { own: filter.own === "true" });
  const open = (await loadOpenAlerts(live.database.db)).map((alert) => alertView(alert, live, "en"));
  const alerts = Map.groupBy(open, ({ labels }) => labels.clientId);
  const withTroubles = all.map((client) => ({
    client,
    troubles: troublesOf(client, alerts.get(client.id) ?? [], nowMs),
  }));
  const { state: _, ...others } = filter;
  const connected = withTroubles.filter(({ client }) => client.state === "connected" && passes(client, others));
  const views = withTroubles
    .filter(({ client }) => passes(client, filter))
    .sort((a, b) => rankOf(a.client.state, a.troubles) - rankOf(b.client.state, b.troubles));
  return {
    views: views.map(({ client }) => client),
    troubles: new Map(views.map(({ client, troubles }) => [client.id, troubles])),
    summary: {
      total: views.length,
      counts: countByState(all, filter),
      misbehaving: connected.filter(({ troubles }) => troubles.length > 0).length,
      choices: choicesOf(all),
      blind: blindBrokers(live),
    },
  };
}

export const rowOf = (view: ClientView, troubles: readonly ClientTrouble[]): ClientRow => ({
  id: view.id,
  broker: view.broker,
  vhost: view.vhost,
  user: view.user,
  name: view.name,
  own: view.own,
  displayName: view.displayName,
  namedBy: view.namedBy,
  product: view.product,
  state: view.state,
  stateSinceMs: view.stateSinceMs,
  sessionsOpen: view.sessionsOpen,
  reconnectsRecent: view.reconnectsRecent,
  timeoutSeconds: view.heartbeat.timeoutSeconds,
  silenceSeconds: view.heartbeat.silenceSeconds,
  missed: view.heartbeat.missed,
  reconnects1h: view.reconnects.last1h,
  lastEnd: view.lastEnd && { atMs: view.lastEnd.atMs, reason: view.lastEnd.reason, inferred: view.lastEnd.inferred },
  troubles: [...troubles],
});

/** Reconnects of the last hour in twelve counts of five minutes, oldest first; empty when there was none. */
function recentReconnects(reconnectsMs: readonly number[], nowMs: number): number[] {
  const recent = reconnectsMs.filter((atMs) => atMs > nowMs - HOUR && atMs <= nowMs);
  if (recent.length === 0) return [];
  const counts = new Array<number>(HOUR / SPARK_STEP_MS).fill(0);
  for (const atMs of recent) {
    const index = counts.length - 1 - Math.floor((nowMs - atMs) / SPARK_STEP_MS);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

const SPARK_STEP_MS = 5 * MINUTE;

/** One client of the API, with its open sessions. */
export function toView(client: Client, open: readonly Session[], memory: BrokerMemory, nowMs: number): ClientView {
  const lagMs = lagOf(memory.pollDurationMs ?? 0, statsIntervalMs(memory.statsFreshness));
  // While the broker is unreachable, silence is as of the last poll: whether it lasts is not known.
  const measuredMs =
    memory.reach.is === "reachable" || memory.reach.is === "slow" ? nowMs : (memory.lastPollMs ?? nowMs);
  const activity = memory.activity.clients.get(client.id);
  const heartbeat = heartbeatOf(client, open, { lagMs, pollMs: memory.pollIntervalMs, nowMs: measuredMs });
  const [last5m = 0, last1h = 0, last24h = 0] = WINDOWS_MS.map(
    (ms) => client.reconnectsMs.filter((atMs) => atMs > nowMs - ms).length,
  );
  return {
    id: client.id,
    broker: client.broker,
    vhost: client.vhost,
    user: client.user,
    name: client.name,
    own: isOwnClient(client),
    displayName: client.displayName,
    alias: client.alias,
    namedBy: client.namedBy,
    product: client.product,
    productVersion: client.productVersion,
    platform: client.platform,
    peerHost: client.peerHost,
    state: client.state,
    stateSinceMs: client.stateSinceMs,
    heartbeat: {
      // Known from its event even where silence is not measured.
      timeoutSeconds:
        heartbeat?.timeoutSeconds ?? open.find((session) => session.timeoutSeconds !== null)?.timeoutSeconds ?? null,
      silenceSeconds: heartbeat === null ? null : Math.round(heartbeat.silenceSeconds * 10) / 10,
      missed: heartbeat?.missed ?? null,
      closeExpectedMs: heartbeat?.closeExpectedMs ?? null,
    },
    identity: {
      by: client.namedBy,
      ...confidenceOf({ ...client, sessionsOpen: open.length, likely: open.some(({ likely }) => likely) }),
    },
    folded: [...client.folded],
    sessionsOpen: open.length,
    reconnects: { last5m, last1h, last24h },
    reconnectsRecent: recentReconnects(client.reconnectsMs, nowMs),
    lastEnd: client.lastEnd && { atMs: client.lastEnd.atMs, ...endView(client.lastEnd) },
    replicas: replicasView(client, open.length, activity?.consuming.now ?? null),
    consuming: consumedNow(client, open, memory),
    rates: activity?.rates ?? { publish: null, deliver: null, ack: null },
    activity: activity ? activityView(activity, open.length, openedPerMinute(memory.opened, client.id, nowMs)) : null,
    firstSeenMs: client.firstSeenMs,
    lastSeenMs: client.lastSeenMs,
  };
}

/** Of a client that is likely back without its queues, those that it consumes now; of one that is away, its last ones. */
function consumedNow(client: Client, open: readonly Session[], { consumers }: BrokerMemory): string[] {
  if (open.length === 0 || open.some(({ likely }) => !likely)) return [...client.consuming];
  const connections = new Set(open.map(({ connection }) => connection));
  return [
    ...new Set(
      consumers?.flatMap((one) => (one.connection !== null && connections.has(one.connection) ? [one.queue] : [])),
    ),
  ].sort();
}

function replicasView(client: Client, sessions: number, consumers: number | null): ClientView["replicas"] {
  const { shortfall, ...usual } = client.replicas;
  return {
    usualSessions: usual.sessions.usual,
    usualConsumers: usual.consumers.usual,
    phase: missingReplicas(client, { sessions, consumers }).phase,
    lastedSeconds: shortfall === null ? null : Math.round(shortfall.lasted.ms / SECOND),
  };
}

function activityView(activity: Activity, sessionsOpen: number, opened: number | null): ClientView["activity"] {
  const { consuming, publishing, channels, usual } = activity;
  const gapMs = publishing.usualGapMs;
  return {
    consumers: consuming.now,
    consumersExpected: consuming.expected?.consumers ?? null,
    consumedFrom: [...consuming.queues],
    channels: channels?.channels ?? null,
    unacked: channels?.unacked ?? null,
    unackedMax: channels?.capacity ?? null,
    lastPublishedMs: publishing.publishedMs,
    publishGapSeconds: gapMs === null ? null : gapMs / SECOND,
    usualSessions: usual?.sessions ?? null,
    withoutConsumersSeconds: sessionsOpen === 0 ? null : withoutConsumersSeconds(consuming),
    pinnedSeconds: channels === null ? null : elapsedSeconds(channels.pinned),
    publishSilentSeconds: channels === null ? null : publishStalledSeconds(publishing),
    publishLimitSeconds: publishLimitSeconds(publishing),
    sessionsLeaked: usual?.sessions == null ? null : sessionsLeaked(sessionsOpen, usual),
    openedPerMinute: opened,
  };
}
