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

/** Flapping is told over this window (three times in ten minutes is no accident). */
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

/** Nodes of a cluster that another of its nodes does not reach, by name. */
export const downOf = (nodes: readonly BrokerNode[]): readonly string[] =>
  nodes.filter((node) => !node.running).map((node) => node.name);

/** A phone shows a few names; the page has them all. */
const NAMES_MAX = 5;

/** What the sentence about clients that did not come back needs. */
export function recoveryContext(comeback: RestartRecovery | null): NonNullable<Reading["context"]> {
  if (comeback === null) return {};
  const missing = missingClients(comeback).map((client) => client.name);
  return {
    went: comeback.back.length + comeback.away.length,
    back: comeback.back.length,
    missing: missing.slice(0, NAMES_MAX).join(", "),
    missingMore: Math.max(0, missing.length - NAMES_MAX),
    wentMs: comeback.atMs,
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

/** What the sentence about one queue needs. */
export const queueContext = ({ values }: Sample): NonNullable<Reading["context"]> => ({
  ready: values[READY] ?? null,
  hadConsumers: values[CONSUMERS_MISSING] === 2 ? 1 : 0,
});

const queueLabels = (queue: Queue): Labels => ({ broker: queue.broker, vhost: queue.vhost, queue: queue.name });

/** A stored row's values as the rules read them. */
export const readingsOf = (sample: Sample, context: NonNullable<Reading["context"]>): readonly Reading[] =>
  SAMPLED[sample.kind].map(([signal], at) => ({
    signal,
    labels: sample.labels,
    value: sample.values[at] ?? null,
    context,
  }));

/** Queues that were listed and no longer are. */
export function endedQueueLabels(before: readonly Queue[], now: readonly Queue[]): readonly Labels[] {
  const kept = new Set(now.map((queue) => `${queue.vhost}\n${queue.name}`));
  return before.filter((queue) => !kept.has(`${queue.vhost}\n${queue.name}`)).map(queueLabels);
}

/** What is counted from sessions, as charts count it: reconnects and ends by missed heartbeats of the last ten minutes. */
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

/** The per-client signals of one tick, and the rows of those in trouble. */
export function clientReadings(memory: BrokerMemory, lagMs: number, nowMs: number): ClientReadings {
  const doingOf = measureActivity(memory);
  const excused = new Set(missingClients(memory.restartRecovery).map((client) => client.id));
  const sessions = Map.groupBy(memory.open.values(), (session) => session.client);
  const readings: Reading[] = [];
  const minutes: (ClientMinute & { id: string })[] = [];
  for (const client of memory.clients.values()) {
    const beat = heartbeatOf(client, sessions.get(client.id) ?? [], { lagMs, pollMs: memory.pollIntervalMs, nowMs });
    const absent = client.state === "absent" || client.state === "lost";
    const away = absent && client.lastEnd ? Math.max(0, nowMs - client.lastEnd.atMs) / SECOND : 0;
    const sessionsOpen = sessions.get(client.id)?.length ?? 0;
    const connectivity = sessionsOpen > 0 ? connectivityOf(client, beat) : connectivityWithoutSession(client, nowMs);
    // The alert that says why it was dropped goes on to say that it is lost.
    const isCovered = client.lastEnd !== null && isDropped(client.lastEnd);
    const lost = client.state === "lost" && !excused.has(client.id) && !isCovered ? 1 : 0;
    const flaps = client.reconnectsMs.filter((at) => at > nowMs - FLAPPING_WINDOW_MS).length;
    const doing = doingOf(client, sessionsOpen);
    const labels = clientLabels(client);
    const told = () => ({
      ...contextOf(client, { beat, sessions: sessions.get(client.id) ?? [], phase: connectivity.phase }, nowMs),
      ...doing.context,
    });
    // What is not measured is left out, which holds the state as well.
    const read = (signal: string, value: number | null) => {
      if (value !== null) readings.push(new ClientReading(signal, labels, value, told));
    };
    read("client.heartbeat.missed", connectivity.missed);
    read("client.heartbeat.silence", beat?.silenceSeconds ?? null);
    read("client.reconnects", flaps);
    read("client.absent", away);
    read("client.lost", lost);
    for (const [signal, value] of doing.values) read(signal, value);
    if ((beat?.missed ?? 0) > 0 || absent || isTrouble(doing.signals)) {
      const silence = beat?.silenceSeconds ?? null;
      const row = {
        broker: client.broker,
        client: client.name,
        silence,
        missed: connectivity.missed,
        lost,
        absent: away,
        doing: doing.signals,
      };
      minutes.push({ id: client.id, ...row });
    }
  }
  return { readings, minutes };
}

/**
 * One signal of one client. The numbers of its sentence are put together only when something is said of it: a class,
 * for a getter in an object of its own costs each of 50,000 readings a function.
 */
class ClientReading implements Reading {
  readonly signal: string;
  readonly labels: Labels;
  readonly value: number;
  readonly #told: () => NonNullable<Reading["context"]>;

  constructor(signal: string, labels: Labels, value: number, told: () => NonNullable<Reading["context"]>) {
    this.signal = signal;
    this.labels = labels;
    this.value = value;
    this.#told = told;
  }

  get context(): NonNullable<Reading["context"]> {
    return this.#told();
  }
}

/** The id keeps apart two clients that carry one name on different virtual hosts. */
export const clientLabels = (client: Client): Labels => ({
  broker: client.broker,
  vhost: client.vhost,
  client: client.name,
  clientId: client.id,
});

export interface ClientHeartbeat {
  readonly timeoutSeconds: number;
  /** Seconds since recv_oct of the most silent session was seen to grow. */
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
    const beat = { timeoutSeconds, recvGrewMs, sendGrewMs };
    const silenceSeconds = Math.max(0, at.nowMs - session.recvGrewMs) / SECOND;
    const late = session.lateSinceMs !== null;
    const candidate: ClientHeartbeat = {
      timeoutSeconds: session.timeoutSeconds,
      silenceSeconds,
      missed: late ? Math.max(1, missedHeartbeats(beat, at.lagMs, at.nowMs)) : 0,
      closeExpectedMs: late ? closeExpected(session.openedMs, beat, at.lagMs, at.pollMs) : null,
    };
    if (worst === null || rank(candidate) > rank(worst)) worst = candidate;
  }
  return worst;
}

/** A late session outranks one that may be silent for ever because it negotiated no heartbeat. */
const rank = (beat: ClientHeartbeat): number =>
  beat.missed * 1e9 + (beat.timeoutSeconds > 0 ? 1e8 : 0) + beat.silenceSeconds;

/** Of a client with a session: late sessions are the only trouble it can be in. */
const connectivityOf = ({ state }: Client, beat: ClientHeartbeat | null): Connectivity => ({
  phase: state === "late" ? "late" : "connected",
  missed: beat?.missed ?? 0,
});

interface ConnectionFacts {
  readonly beat: ClientHeartbeat | null;
  readonly sessions: readonly Session[];
  readonly phase: ConnectivityPhase;
}

function contextOf(
  client: Client,
  { beat, sessions, phase }: ConnectionFacts,
  nowMs: number,
): NonNullable<Reading["context"]> {
  return {
    name: client.name,
    product: client.product,
    platform: client.platform,
    phase,
    sessionsOpen: sessions.length,
    ...absenceContext(client, sessions, nowMs),
    silenceSeconds: beat === null ? null : Math.round(beat.silenceSeconds),
    timeoutSeconds: beat?.timeoutSeconds ?? null,
    closeInFromSeconds: beat?.closeExpectedMs ? Math.round((beat.closeExpectedMs.from - nowMs) / SECOND) : null,
    closeInToSeconds: beat?.closeExpectedMs ? Math.round((beat.closeExpectedMs.to - nowMs) / SECOND) : null,
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
