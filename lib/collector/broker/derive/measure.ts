import type { Reading } from "@/lib/alerts/model/reading";
import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { alarmsOf, measureActivity } from "@/lib/collector/broker/derive/measure-activity";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode, Queue } from "@/lib/rabbitmq/api/broker";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { Client } from "@/lib/rabbitmq/clients/client";
import {
  type Connectivity,
  type ConnectivityPhase,
  connectivityWithoutSession,
  isDropped,
} from "@/lib/rabbitmq/clients/connectivity";
import { missingClients, type RestartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";
import { isTrouble } from "@/lib/rabbitmq/clients/signals";
import { closeExpected, missedHeartbeats } from "@/lib/rabbitmq/heartbeats/late";
import { backlogOf } from "@/lib/rabbitmq/queues/backlog";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import { isWaiting } from "@/lib/rabbitmq/queues/queue-health";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { rolesOf } from "@/lib/rabbitmq/queues/roles";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { ClientMinute } from "@/lib/storage/samples/samples";

/** Flapping is measured over this window (three reconnects in ten minutes are no accident). */
export const FLAPPING_WINDOW_MS = 10 * MINUTE;

/** A broker's row for one poll, in the order of SAMPLED.broker. While blind only `broker.up` is measured. */
export function brokerSample(
  memory: BrokerMemory,
  tick: { readonly blind: boolean; readonly unseen: number | null },
): Sample {
  const labels = { broker: memory.broker };
  if (tick.blind) {
    const values = SAMPLED.broker.map(([name]) => (name === "broker.up" && isBlind(memory.reach) ? 0 : null));
    return { kind: "broker", labels, values };
  }
  const states = countStates(memory.clients.values());
  const values: Record<(typeof SAMPLED.broker)[number][0], number | null> = {
    "broker.up": 1,
    "broker.connections": memory.open.size,
    "broker.clients.connected": states.connected,
    "broker.clients.late": states.late,
    "broker.clients.blocked": states.blocked,
    "broker.clients.absent": states.absent,
    "broker.clients.lost": states.lost,
    "broker.sessions.unseen": tick.unseen,
    "broker.poll.duration": memory.pollDurationMs,
    "broker.opened": perMinute(memory.overview?.openedPerSecond ?? null),
    "broker.closed": perMinute(memory.overview?.closedPerSecond ?? null),
    "broker.clients.missing": missingClients(memory.restartRecovery).length,
    "broker.alarms": alarmsOf(memory.nodes),
    "broker.nodes.down": memory.nodes.length === 0 ? null : downOf(memory.nodes).length,
  };
  return { kind: "broker", labels, values: SAMPLED.broker.map(([name]) => values[name]) };
}

/** Names of the nodes of a cluster that are not running for the others. */
export const downOf = (nodes: readonly BrokerNode[]): readonly string[] =>
  nodes.filter((node) => !node.running).map((node) => node.name);

/** Clients named in a notification; the page lists them all. */
const NAMES_MAX = 5;

/** The numbers of the summary about clients that have not come back. */
export function recoveryContext(recovery: RestartRecovery | null): NonNullable<Reading["context"]> {
  if (recovery === null) return {};
  const missing = missingClients(recovery).map((client) => client.name);
  return {
    went: recovery.back.length + recovery.away.length,
    back: recovery.back.length,
    missing: missing.slice(0, NAMES_MAX).join(", "),
    missingMore: Math.max(0, missing.length - NAMES_MAX),
    wentMs: recovery.atMs,
  };
}

const perMinute = (perSecond: number | null): number | null => (perSecond === null ? null : perSecond * 60);

export type StateCounts = Readonly<Record<Client["state"], number>>;

export function countStates(clients: Iterable<Client>): StateCounts {
  const counts = { connected: 0, late: 0, blocked: 0, absent: 0, lost: 0, departed: 0 };
  for (const client of clients) counts[client.state]++;
  return counts;
}

export function queueSamples(memory: BrokerMemory): readonly Sample[] {
  return rolesOf(memory.queues, memory.everConsumed, memory.topology).map((queue) => {
    const backlog = backlogOf(queue);
    const values: Record<(typeof SAMPLED.queue)[number][0], number | null> = {
      "queue.ready": queue.ready,
      "queue.unacked": queue.unacked,
      "queue.consumers": queue.consumers,
      "queue.retry.backlog": backlog.retry,
      "queue.deadletter.backlog": backlog.deadLetter,
      "queue.consumers.missing": consumersMissing(queue, memory.everConsumed),
    };
    return { kind: "queue", labels: queueLabels(queue), values: SAMPLED.queue.map(([name]) => values[name]) };
  });
}

/** 1 while messages wait in a work queue without a consumer, 2 where it had consumers before; null: not measured. */
function consumersMissing(queue: RoledQueue, consumed: BrokerMemory["everConsumed"]): number | null {
  if (queue.ready === null || queue.consumers === null) return null;
  if (queue.role !== "work" || !isWaiting(queue)) return 0;
  return consumed.has(queueKey(queue)) ? 2 : 1;
}

const QUEUE_SIGNALS: readonly string[] = SAMPLED.queue.map(([name]) => name);
const READY = QUEUE_SIGNALS.indexOf("queue.ready");
const CONSUMERS_MISSING = QUEUE_SIGNALS.indexOf("queue.consumers.missing");

/** The numbers of the summary about one queue. */
export const queueContext = ({ values }: Sample): NonNullable<Reading["context"]> => ({
  ready: values[READY] ?? null,
  hadConsumers: values[CONSUMERS_MISSING] === 2 ? 1 : 0,
});

const queueLabels = (queue: Queue): Labels => ({ broker: queue.broker, vhost: queue.vhost, queue: queue.name });

/** The values of a stored row as readings for the rules. */
export const readingsOf = (sample: Sample, context: NonNullable<Reading["context"]>): readonly Reading[] =>
  SAMPLED[sample.kind].map(([signal], at) => ({
    signal,
    labels: sample.labels,
    value: sample.values[at] ?? null,
    context,
  }));

/** Labels of the queues that are no longer listed. */
export function endedQueueLabels(before: readonly Queue[], now: readonly Queue[]): readonly Labels[] {
  const listed = new Set(now.map((queue) => `${queue.vhost}\n${queue.name}`));
  return before.filter((queue) => !listed.has(`${queue.vhost}\n${queue.name}`)).map(queueLabels);
}

/** Counted from sessions, as in charts: reconnects and ends by missed heartbeats of the last ten minutes. */
export function countedReadings({ broker, clients, heartbeatEndsMs }: BrokerMemory, nowMs: number): readonly Reading[] {
  const isRecent = (atMs: number): boolean => atMs > nowMs - FLAPPING_WINDOW_MS;
  let reconnects = 0;
  for (const { reconnectsMs } of clients.values()) reconnects += reconnectsMs.filter(isRecent).length;
  return [
    { signal: "broker.reconnects", labels: { broker }, value: reconnects },
    { signal: "broker.heartbeat.ends", labels: { broker }, value: heartbeatEndsMs.size },
  ];
}

export interface ClientReadings {
  readonly readings: readonly Reading[];
  readonly minutes: readonly (ClientMinute & { readonly id: string })[];
}

/** The signals of each client in one tick, and the rows of clients in trouble. */
export function clientReadings(memory: BrokerMemory, lagMs: number, nowMs: number): ClientReadings {
  const activityOf = measureActivity(memory);
  const inRestart = new Set(missingClients(memory.restartRecovery).map((client) => client.id));
  const sessions = Map.groupBy(memory.open.values(), (session) => session.client);
  const readings: Reading[] = [];
  const minutes: (ClientMinute & { id: string })[] = [];
  for (const client of memory.clients.values()) {
    const heartbeat = heartbeatOf(client, sessions.get(client.id) ?? [], {
      lagMs,
      pollMs: memory.pollIntervalMs,
      nowMs,
    });
    const absent = client.state === "absent" || client.state === "lost";
    const away = absent && client.lastEnd ? Math.max(0, nowMs - client.lastEnd.atMs) / SECOND : 0;
    const sessionsOpen = sessions.get(client.id)?.length ?? 0;
    const connectivity =
      sessionsOpen > 0 ? connectivityOf(client, heartbeat) : connectivityWithoutSession(client, nowMs);
    // The alert that says why it was dropped goes on to say that it is lost.
    const isCovered = client.lastEnd !== null && isDropped(client.lastEnd);
    const lost = client.state === "lost" && !inRestart.has(client.id) && !isCovered ? 1 : 0;
    const flaps = client.reconnectsMs.filter((at) => at > nowMs - FLAPPING_WINDOW_MS).length;
    const activity = activityOf(client, sessionsOpen);
    const labels = clientLabels(client);
    const context = () => ({
      ...contextOf(client, { heartbeat, sessions: sessions.get(client.id) ?? [], phase: connectivity.phase }, nowMs),
      ...activity.context,
    });
    // Without a reading the state of an alert stays as it is, as with a null.
    const read = (signal: string, value: number | null) => {
      if (value !== null) readings.push(new ClientReading(signal, labels, value, context));
    };
    read("client.heartbeat.missed", connectivity.missed);
    read("client.heartbeat.silence", heartbeat?.silenceSeconds ?? null);
    read("client.reconnects", flaps);
    read("client.absent", away);
    read("client.lost", lost);
    for (const [signal, value] of activity.values) read(signal, value);
    if ((heartbeat?.missed ?? 0) > 0 || absent || isTrouble(activity.signals)) {
      const silence = heartbeat?.silenceSeconds ?? null;
      const row = {
        broker: client.broker,
        client: client.name,
        silence,
        missed: connectivity.missed,
        lost,
        absent: away,
        doing: activity.signals,
      };
      minutes.push({ id: client.id, ...row });
    }
  }
  return { readings, minutes };
}

/**
 * One signal of one client. Its context is built only when a summary needs it: a class, because a getter in an object
 * literal would cost each of 50,000 readings a function.
 */
class ClientReading implements Reading {
  readonly signal: string;
  readonly labels: Labels;
  readonly value: number;
  readonly #context: () => NonNullable<Reading["context"]>;

  constructor(signal: string, labels: Labels, value: number, context: () => NonNullable<Reading["context"]>) {
    this.signal = signal;
    this.labels = labels;
    this.value = value;
    this.#context = context;
  }

  get context(): NonNullable<Reading["context"]> {
    return this.#context();
  }
}

/** The id tells apart two clients with the same name on different virtual hosts. */
export const clientLabels = (client: Client): Labels => ({
  broker: client.broker,
  vhost: client.vhost,
  client: client.name,
  clientId: client.id,
});

export interface ClientHeartbeat {
  readonly timeoutSeconds: number;
  /** Seconds since recv_oct of the most silent session last grew. */
  readonly silenceSeconds: number;
  readonly missed: number;
  readonly closeExpectedMs: { readonly from: number; readonly to: number } | null;
}

/** The heartbeat of a client's most silent session; null without an open session whose timeout is known. */
export function heartbeatOf(
  client: Client,
  open: readonly Session[],
  at: { readonly lagMs: number; readonly pollMs: number; readonly nowMs: number },
): ClientHeartbeat | null {
  let worst: ClientHeartbeat | null = null;
  for (const session of open) {
    if (session.client !== client.id || session.timeoutSeconds === null) continue;
    const { timeoutSeconds, recvGrewMs, sendGrewMs } = session;
    const heartbeat = { timeoutSeconds, recvGrewMs, sendGrewMs };
    const silenceSeconds = Math.max(0, at.nowMs - session.recvGrewMs) / SECOND;
    const late = session.lateSinceMs !== null;
    const candidate: ClientHeartbeat = {
      timeoutSeconds: session.timeoutSeconds,
      silenceSeconds,
      missed: late ? Math.max(1, missedHeartbeats(heartbeat, at.lagMs, at.nowMs)) : 0,
      closeExpectedMs: late ? closeExpected(session.openedMs, heartbeat, at.lagMs, at.pollMs) : null,
    };
    if (worst === null || rank(candidate) > rank(worst)) worst = candidate;
  }
  return worst;
}

/** A late session outranks one without a heartbeat, which may be silent for ever. */
const rank = (heartbeat: ClientHeartbeat): number =>
  heartbeat.missed * 1e9 + (heartbeat.timeoutSeconds > 0 ? 1e8 : 0) + heartbeat.silenceSeconds;

/** Of a client with a session: late sessions are the only trouble it can be in. */
const connectivityOf = ({ state }: Client, heartbeat: ClientHeartbeat | null): Connectivity => ({
  phase: state === "late" ? "late" : "connected",
  missed: heartbeat?.missed ?? 0,
});

interface ConnectionFacts {
  readonly heartbeat: ClientHeartbeat | null;
  readonly sessions: readonly Session[];
  readonly phase: ConnectivityPhase;
}

function contextOf(
  client: Client,
  { heartbeat, sessions, phase }: ConnectionFacts,
  nowMs: number,
): NonNullable<Reading["context"]> {
  return {
    name: client.name,
    product: client.product,
    platform: client.platform,
    phase,
    sessionsOpen: sessions.length,
    ...absenceContext(client, sessions, nowMs),
    silenceSeconds: heartbeat === null ? null : Math.round(heartbeat.silenceSeconds),
    timeoutSeconds: heartbeat?.timeoutSeconds ?? null,
    closeInFromSeconds: heartbeat?.closeExpectedMs
      ? Math.round((heartbeat.closeExpectedMs.from - nowMs) / SECOND)
      : null,
    closeInToSeconds: heartbeat?.closeExpectedMs ? Math.round((heartbeat.closeExpectedMs.to - nowMs) / SECOND) : null,
    reason: client.lastEnd?.reason ?? null,
    endedMs: client.lastEnd?.atMs ?? null,
    nowMs,
  };
}

/** A session this young may be the one that ended an absence. */
const JUST_BACK_MS = 5 * MINUTE;

/** For how long the client has been away, or was away until a moment ago. */
function absenceContext({ lastEnd }: Client, sessions: readonly Session[], nowMs: number) {
  if (lastEnd === null) return {};
  const secondsUntil = (ms: number): number => Math.round(Math.max(0, ms - lastEnd.atMs) / SECOND);
  if (sessions.length === 0) return { awaySeconds: secondsUntil(nowMs) };
  const openedMs = Math.min(...sessions.map((session) => session.openedMs));
  return nowMs - openedMs <= JUST_BACK_MS && openedMs >= lastEnd.atMs
    ? { backAfterSeconds: secondsUntil(openedMs) }
    : {};
}
