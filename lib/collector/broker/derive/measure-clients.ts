import type { Reading } from "@/lib/alerts/model/reading";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLAPPING_WINDOW_MS } from "@/lib/collector/broker/derive/measure";
import { measureActivity } from "@/lib/collector/broker/derive/measure-activity";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { othersOf } from "@/lib/rabbitmq/api/own";
import type { Client } from "@/lib/rabbitmq/clients/client";
import {
  type Connectivity,
  type ConnectivityPhase,
  connectivityWithoutSession,
  isDropped,
} from "@/lib/rabbitmq/clients/connectivity";
import { mayBeBack } from "@/lib/rabbitmq/clients/likely";
import { missingReplicas } from "@/lib/rabbitmq/clients/replicas";
import { endedWithItsNode } from "@/lib/rabbitmq/clients/restart-recovery";
import { isTrouble } from "@/lib/rabbitmq/clients/signals";
import { closeExpected, missedHeartbeats } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { ClientMinute } from "@/lib/storage/samples/samples";

export interface ClientReadings {
  readonly readings: readonly Reading[];
  readonly minutes: readonly (ClientMinute & { readonly id: string })[];
}

/** The signals of each client in one tick, and the rows of clients in trouble. */
export function clientReadings(memory: BrokerMemory, lagMs: number, nowMs: number): ClientReadings {
  const activityOf = measureActivity(memory, nowMs);
  const sessions = Map.groupBy(memory.open.values(), (session) => session.client);
  const polledOnly = memory.pushStatus.log.is === "off";
  const readings: Reading[] = [];
  const minutes: (ClientMinute & { id: string })[] = [];
  for (const client of othersOf(memory.clients.values())) {
    const own = sessions.get(client.id) ?? [];
    const heartbeat = heartbeatOf(client, own, {
      lagMs,
      pollMs: memory.pollIntervalMs,
      nowMs,
    });
    const absent = client.state === "absent" || client.state === "lost";
    const away = absent && client.lastEnd ? Math.max(0, nowMs - client.lastEnd.atMs) / SECOND : 0;
    const sessionsOpen = own.length;
    const connectivity =
      sessionsOpen > 0
        ? connectivityOf(client, heartbeat, own)
        : connectivityWithoutSession(client, mayBeBack(client, sessions.get(null) ?? [], nowMs), nowMs);
    // The alert that says why it was disconnected goes on to say that it is lost.
    const isCovered = endedWithItsNode(client) || (client.lastEnd !== null && isDropped(client.lastEnd));
    const lost = client.state === "lost" && !isCovered ? 1 : 0;
    const reconnectsMs = client.reconnectsMs.filter((at) => at > nowMs - FLAPPING_WINDOW_MS);
    const flaps = flapsOf(client, reconnectsMs, sessionsOpen);
    const consumers = memory.activity.clients.get(client.id)?.consuming.now ?? null;
    const replicas = missingReplicas(client, { sessions: sessionsOpen, consumers });
    const activity = activityOf(client, sessionsOpen, replicas.value);
    const labels = clientLabels(client);
    const context = () => ({
      ...contextOf(client, { heartbeat, sessions: own, phase: connectivity.phase, polledOnly }, nowMs),
      reconnects: reconnectsMs.length,
      ...activity.context,
    });
    // Without a reading the state of an alert stays as it is, as with a null.
    const read = (signal: string, value: number | null) => {
      if (value !== null) readings.push(new ClientReading(signal, labels, value, context));
    };
    read("client.heartbeat.missed", connectivity.missed);
    read("client.heartbeat.silence", heartbeat?.silenceSeconds ?? null);
    // A client that has stayed away since its last reconnect is not well.
    read("client.reconnects", absent ? null : flaps);
    read("client.absent", away);
    read("client.lost", lost);
    for (const [signal, value] of activity.values) read(signal, value);
    if (replicas.value !== null && hasReplicas(client)) {
      const phase = replicas.phase ?? connectivity.phase;
      const ready = activity.ready;
      const ofReplicas = () => ({
        ...context(),
        ...replicasContext(client, { consumers, ready: ready(), nowMs }),
        phase,
      });
      readings.push(new ClientReading("client.replicas.missing", labels, replicas.value, ofReplicas));
    }
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

/** A client that never had several sessions or consumers cannot have fewer: a reading of each would be for nothing. */
const hasReplicas = ({ replicas: { sessions, consumers, anewMs } }: Client): boolean =>
  (sessions.usual ?? 0) > 1 || (consumers.usual ?? 0) > 1 || anewMs !== null;

/**
 * Reconnects that count as flapping. One of each of several replicas is a rolling update and counts as one; so do those after
 * the broker or a node stopped, however many sessions the client has.
 */
function flapsOf(client: Client, reconnectsMs: readonly number[], sessionsOpen: number): number {
  const stopMs = endedWithItsNode(client) ? client.lastEnd.atMs : Number.POSITIVE_INFINITY;
  const own = reconnectsMs.filter((atMs) => atMs < stopMs).length;
  const replicas = Math.max(1, sessionsOpen, client.replicas.sessions.usual ?? 1);
  return (own === 0 ? 0 : Math.max(1, own - (replicas - 1))) + (own < reconnectsMs.length ? 1 : 0);
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

/**
 * The heartbeat of a client's most silent session; null without an open session whose timeout is known and whose bytes are
 * counted.
 */
export function heartbeatOf(
  client: Client,
  open: readonly Session[],
  at: { readonly lagMs: number; readonly pollMs: number; readonly nowMs: number },
): ClientHeartbeat | null {
  let worst: ClientHeartbeat | null = null;
  for (const session of open) {
    if (session.client !== client.id || session.timeoutSeconds === null || !isMeasured(session)) continue;
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
function connectivityOf(
  { state, lastEnd }: Client,
  heartbeat: ClientHeartbeat | null,
  open: readonly Session[],
): Connectivity {
  const isBack = lastEnd !== null && (lastEnd.wasLate || isDropped(lastEnd));
  const missed = heartbeat?.missed ?? (isBack || open.some(isMeasured) ? 0 : null);
  return { phase: state === "late" ? "late" : "connected", missed };
}

/** Without statistics, silence is not measured; a session that only an event has reported is not measured yet. */
const isMeasured = (session: Session): boolean => session.recvOct !== null || session.lateSinceMs !== null;

interface ConnectionFacts {
  readonly heartbeat: ClientHeartbeat | null;
  readonly sessions: readonly Session[];
  readonly phase: ConnectivityPhase;
  /** No amqpUrl: the broker does not report why connections end. */
  readonly polledOnly: boolean;
}

function contextOf(
  client: Client,
  { heartbeat, sessions, phase, polledOnly }: ConnectionFacts,
  nowMs: number,
): NonNullable<Reading["context"]> {
  return {
    name: client.displayName,
    product: client.product,
    platform: client.platform,
    phase,
    polledOnly: polledOnly ? 1 : 0,
    sessionsOpen: sessions.length,
    likely: sessions.some(({ likely }) => likely) ? 1 : null,
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

/** A smaller number that became usual this recently is what ended the alert. */
const JUST_LEARNED_MS = 5 * MINUTE;

function replicasContext(
  { replicas }: Client,
  now: { readonly consumers: number | null; readonly ready: number | null; readonly nowMs: number },
) {
  const { sessions, consumers, shortfall, anewMs } = replicas;
  return {
    usualSessions: sessions.usual,
    usualConsumers: consumers.usual,
    consumers: now.consumers,
    ready: now.ready,
    readyBefore: shortfall?.readyBefore ?? null,
    lastedSeconds: shortfall === null ? null : Math.round(shortfall.lasted.ms / SECOND),
    learnedAnew: anewMs !== null && now.nowMs - anewMs <= JUST_LEARNED_MS ? 1 : 0,
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
