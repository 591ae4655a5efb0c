import "server-only";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { elapsedSeconds } from "@/lib/base/time/elapsed";
import { heartbeatOf } from "@/lib/collector/measure";
import type { BrokerMemory } from "@/lib/collector/memory";
import type { Runtime } from "@/lib/collector/runtime";
import type { Activity } from "@/lib/rabbitmq/clients/activity";
import type { Client, ClientState } from "@/lib/rabbitmq/clients/client";
import { sessionsLeaked } from "@/lib/rabbitmq/clients/connections";
import { withoutConsumersSeconds } from "@/lib/rabbitmq/clients/consuming";
import { confidenceOf } from "@/lib/rabbitmq/clients/identity";
import { publishLimitSeconds, publishStalledSeconds } from "@/lib/rabbitmq/clients/publishing";
import { lagOf } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { loadOpenAlerts } from "@/lib/storage/alerts/alerts";
import { alertView } from "@/lib/views/alerts/read";
import { WINDOWS_MS } from "@/lib/views/brokers/read";
import { blindBrokers } from "@/lib/views/brokers/read-blind";
import { type ClientFilter, choicesOf, countByState, passes } from "@/lib/views/clients/filter";
import type { ClientRow, ClientTrouble, ClientView } from "@/lib/views/clients/schema";
import { placeOf, troublesOf } from "@/lib/views/clients/trouble";

/** Worst first; the order of the list on the overview. */
const TROUBLE: Readonly<Record<ClientState, number>> = {
  late: 0,
  lost: 1,
  blocked: 2,
  absent: 3,
  connected: 4,
  departed: 5,
};

/** All clients of all brokers by trouble: state, then reconnects of the last hour, then name. */
export function readClients(live: Runtime, nowMs: number): ClientView[] {
  const views = [...live.brokers.values()].flatMap((memory) => {
    const sessions = Map.groupBy(memory.open.values(), (session) => session.client);
    return [...memory.clients.values()].map((client) => toView(client, sessions.get(client.id) ?? [], memory, nowMs));
  });
  return views.sort(
    (a, b) =>
      TROUBLE[a.state] - TROUBLE[b.state] ||
      (b.heartbeat.missed ?? 0) - (a.heartbeat.missed ?? 0) ||
      b.reconnects.last1h - a.reconnects.last1h ||
      a.name.localeCompare(b.name) ||
      a.id.localeCompare(b.id),
  );
}

/** The clients that pass a filter, by trouble, with what the page needs to offer other filters. */
export async function listClients(live: Runtime, filter: ClientFilter, nowMs: number) {
  const all = readClients(live, nowMs);
  const open = (await loadOpenAlerts(live.database.db)).map((alert) => alertView(alert, live, "en"));
  const alerts = Map.groupBy(open, (one) => one.labels.clientId);
  const troubled = all.map((client) => ({ client, troubles: troublesOf(client, alerts.get(client.id) ?? [], nowMs) }));
  const { state: _, ...others } = filter;
  const connected = troubled.filter(({ client }) => client.state === "connected" && passes(client, others));
  const views = troubled
    .filter(({ client }) => passes(client, filter))
    .sort((a, b) => placeOf(a.client.state, a.troubles) - placeOf(b.client.state, b.troubles));
  return {
    views: views.map(({ client }) => client),
    troubles: new Map(views.map(({ client, troubles }) => [client.id, troubles])),
    beside: {
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
  namedBy: view.namedBy,
  product: view.product,
  state: view.state,
  stateSinceMs: view.stateSinceMs,
  sessionsOpen: view.sessionsOpen,
  reconnectsRecent: view.reconnectsRecent,
  timeoutSeconds: view.heartbeat.timeoutSeconds,
  silenceSeconds: view.heartbeat.silenceSeconds,
  reconnects1h: view.reconnects.last1h,
  lastEnd: view.lastEnd && { atMs: view.lastEnd.atMs, reason: view.lastEnd.reason, inferred: view.lastEnd.inferred },
  troubles: [...troubles],
});

/** Reconnects of the last hour in twelve counts of five minutes, oldest first; empty when there was none. */
function recentReconnects(reconnectsMs: readonly number[], nowMs: number): number[] {
  const recent = reconnectsMs.filter((at) => at > nowMs - HOUR && at <= nowMs);
  if (recent.length === 0) return [];
  const counts = new Array<number>(HOUR / SPARK_STEP_MS).fill(0);
  for (const at of recent) {
    const place = counts.length - 1 - Math.floor((nowMs - at) / SPARK_STEP_MS);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

const SPARK_STEP_MS = 5 * MINUTE;

/** One client with its open sessions as the page shows it. */
export function toView(client: Client, open: readonly Session[], memory: BrokerMemory, nowMs: number): ClientView {
  const lagMs = lagOf(memory.pollDurationMs ?? 0);
  // Silence is told as of the last look: while nobody looks it is not known to grow.
  const seenMs = memory.reach.is === "reachable" || memory.reach.is === "slow" ? nowMs : (memory.lastPollMs ?? nowMs);
  const activity = memory.activity.clients.get(client.id);
  const beat = heartbeatOf(client, open, { lagMs, pollMs: memory.pollIntervalMs, nowMs: seenMs });
  const [last5m = 0, last1h = 0, last24h = 0] = WINDOWS_MS.map(
    (ms) => client.reconnectsMs.filter((at) => at > nowMs - ms).length,
  );
  return {
    id: client.id,
    broker: client.broker,
    vhost: client.vhost,
    user: client.user,
    name: client.name,
    namedBy: client.namedBy,
    product: client.product,
    productVersion: client.productVersion,
    platform: client.platform,
    peerHost: client.peerHost,
    state: client.state,
    stateSinceMs: client.stateSinceMs,
    heartbeat: {
      timeoutSeconds: beat?.timeoutSeconds ?? null,
      silenceSeconds: beat === null ? null : Math.round(beat.silenceSeconds * 10) / 10,
      missed: beat?.missed ?? null,
      closeExpectedMs: beat?.closeExpectedMs ?? null,
    },
    identity: { by: client.namedBy, ...confidenceOf({ ...client, sessionsOpen: open.length }) },
    sessionsOpen: open.length,
    reconnects: { last5m, last1h, last24h },
    reconnectsRecent: recentReconnects(client.reconnectsMs, nowMs),
    lastEnd: client.lastEnd,
    consuming: [...client.consuming],
    rates: activity?.rates ?? { publish: null, deliver: null, ack: null },
    activity: activity ? activityView(activity, open.length) : null,
    firstSeenMs: client.firstSeenMs,
    lastSeenMs: client.lastSeenMs,
  };
}

function activityView(activity: Activity, sessionsOpen: number): ClientView["activity"] {
  const { consuming, publishing, doing, usual } = activity;
  const gapMs = publishing.usualGapMs;
  return {
    consumers: consuming.now,
    consumersExpected: consuming.expected?.consumers ?? null,
    consumedFrom: [...consuming.queues],
    channels: doing?.channels ?? null,
    unacked: doing?.unacked ?? null,
    unackedMax: doing?.capacity ?? null,
    lastPublishedMs: publishing.publishedMs,
    publishGapSeconds: gapMs === null ? null : gapMs / SECOND,
    usualSessions: usual?.sessions ?? null,
    withoutConsumersSeconds: sessionsOpen === 0 ? null : withoutConsumersSeconds(consuming),
    pinnedSeconds: doing === null ? null : elapsedSeconds(doing.pinned),
    publishSilentSeconds: doing === null ? null : publishStalledSeconds(publishing),
    publishLimitSeconds: publishLimitSeconds(publishing),
    sessionsLeaked: usual?.sessions == null ? null : sessionsLeaked(sessionsOpen, usual),
  };
}
