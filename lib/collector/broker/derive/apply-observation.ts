import type { Stages } from "@/lib/base/time/stages";
import type { BrokerSettings } from "@/lib/collector/broker/derive/facts";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode, Connection, Consumer } from "@/lib/rabbitmq/api/broker";
import { isOwnClient } from "@/lib/rabbitmq/api/own";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { type FollowedClients, followClients } from "@/lib/rabbitmq/clients/follow";
import { countOpened } from "@/lib/rabbitmq/clients/opened";
import { newlyOverdue, restartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";
import type { PushedEvents, PushStatus } from "@/lib/rabbitmq/events/event";
import { recordCloseReasons } from "@/lib/rabbitmq/sessions/close-reasons";
import {
  type EndingConditions,
  endedWithNode,
  endOfNode,
  inferEnd,
  STOPPING_FOR_MS,
} from "@/lib/rabbitmq/sessions/ending";
import { heartbeatEnds } from "@/lib/rabbitmq/sessions/heartbeat-ends";
import { identifyOpened } from "@/lib/rabbitmq/sessions/identify-listed";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { type RecentlyEnded, type TrackedSessions, track } from "@/lib/rabbitmq/sessions/track";

/** Records the events that explain: close reasons, refused logins, announced stops, and the state of the exchanges. */
export function applyEvents(before: BrokerMemory, { events, status }: PushedEvents, nowMs: number): BrokerMemory {
  const stopping = new Map([...before.stopAnnouncedMs].filter(([, atMs]) => atMs > nowMs - STOPPING_FOR_MS));
  // With a clock ahead of ours, the broker would otherwise still count as stopping when that time comes.
  for (const event of events)
    if (event.kind === "stopping") stopping.set(event.node ?? "", Math.min(event.atMs, nowMs));
  const refusals = events.filter((event) => event.kind === "refused");
  return {
    ...before,
    pushStatus: status,
    // A tick without an answer ends here.
    logFlowedMs: hasUnreadableLines(before, status) ? null : before.logFlowedMs,
    closeReasons: recordCloseReasons(before.closeReasons, events, nowMs),
    stopAnnouncedMs: stopping,
    refusals: refusals.length === 0 ? before.refusals : [...before.refusals, ...refusals].slice(-REFUSALS_MAX),
  };
}

/** A client with a wrong password retries for ever: the latest refusals say as much as all of them. */
const REFUSALS_MAX = 50;

export function endingConditionsOf(
  before: BrokerMemory,
  memory: BrokerMemory,
  observed: {
    readonly nowMs: number;
    readonly lagMs: number;
    readonly nodes?: readonly BrokerNode[] | null;
    readonly restarted?: ReadonlySet<string>;
    readonly aheadMs?: number | null;
  },
): EndingConditions {
  return {
    nowMs: observed.nowMs,
    pollMs: before.pollIntervalMs,
    lagMs: observed.lagMs,
    nodes: observed.nodes ?? null,
    restarted: observed.restarted ?? new Set(),
    aheadMs: observed.aheadMs ?? null,
    stopping: memory.stopAnnouncedMs,
    logFlowed:
      before.logFlowedMs !== null &&
      before.logFlowedMs >= (before.lastRequestMs ?? observed.nowMs) &&
      !hasUnreadableLines(before, memory.pushStatus),
    blindSinceMs: isBlind(before.reach) ? before.reach.sinceMs : null,
    lastPollMs: before.lastPollMs,
  };
}

interface ObservationInput {
  readonly pushed: PushedEvents;
  readonly listed: readonly Connection[] | null;
  readonly consumers: readonly Consumer[] | null;
  readonly endingConditions: EndingConditions;
  readonly settings: Pick<BrokerSettings, "rules" | "aliases" | "learning">;
  /** Default: the list shows every open connection. */
  readonly isListable?: (session: Session) => boolean;
  readonly late?: (tracked: TrackedSessions) => TrackedSessions;
}

export interface AppliedObservation {
  readonly tracked: TrackedSessions;
  readonly followed: FollowedClients;
  readonly after: BrokerMemory;
}

/** Applies an observation to sessions and then to clients: the part of a tick that polls and events share. */
export function* applyObservation(
  before: BrokerMemory,
  memory: BrokerMemory,
  input: ObservationInput,
): Stages<AppliedObservation> {
  const { nowMs } = input.endingConditions;
  const events = identifyOpened(input.pushed.events, before.open);
  const tracked = track(memory.broker, before.open, {
    nowMs,
    listed: input.listed,
    isGap: isGap(before, input.listed),
    events,
    closeReasons: memory.closeReasons,
    recent: before.recentlyEnded,
    endOfNode: (session) => endOfNode(session, input.endingConditions),
    endedWithNode: (session) => endedWithNode(session, input.endingConditions),
    isListable: input.isListable ?? (() => true),
    endOf: (session) => inferEnd(session, input.endingConditions),
  });
  yield;
  const opened = events.flatMap((event) => (event.kind === "opened" ? [event] : []));
  const followed = followClients(before.clients, input.late?.(tracked) ?? tracked, {
    broker: memory.broker,
    nowMs,
    connections: [...opened.map((event) => event.connection), ...(input.listed ?? []).filter((row) => !row.namesOnly)],
    consumers: input.consumers,
    consumersAreListed: !memory.overview?.statsDisabled,
    rules: input.settings.rules,
    aliases: input.settings.aliases,
    expectedAfterMs: input.settings.learning.consumersMs,
  });
  yield;
  const recovery = restartRecovery(followed.clients.values(), followed.open.values());
  const after: BrokerMemory = {
    ...memory,
    clients: withOverdue(followed.clients, newlyOverdue(followed.clients.values(), recovery, nowMs), nowMs),
    open: followed.open,
    opened: countOpened(memory.opened, followed.opened, { isGap: isGap(before, input.listed), nowMs }),
    restartRecovery: recovery,
    recentlyEnded: withClients(tracked.recent, followed.ended),
    heartbeatEndsMs: heartbeatEnds(before.heartbeatEndsMs, endsOfOthers(tracked, followed.clients), nowMs),
    logFlowedMs: logFlowedAfter(before, memory, nowMs),
  };
  return { tracked, followed, after };
}

/** Without the sessions of Lastbeat itself. */
function endsOfOthers(
  { ended, explained, revived }: TrackedSessions,
  clients: ReadonlyMap<string, Client>,
): Pick<TrackedSessions, "ended" | "explained" | "revived"> {
  const isOther = ({ client: id }: Session): boolean => {
    const client = id === null ? undefined : clients.get(id);
    return client === undefined || !isOwnClient(client);
  };
  return { ended: ended.filter(isOther), explained: explained.filter(isOther), revived };
}

function withOverdue(
  clients: ReadonlyMap<string, Client>,
  overdue: readonly Client[],
  nowMs: number,
): ReadonlyMap<string, Client> {
  if (overdue.length === 0) return clients;
  const marked = new Map(clients);
  for (const client of overdue) {
    if (client.lastEnd !== null) marked.set(client.id, { ...client, lastEnd: { ...client.lastEnd, overdueMs: nowMs } });
  }
  return marked;
}

/** At the first poll, and at the first after a time without any, the list shows connections opened at any time before. */
const isGap = (before: BrokerMemory, listed: readonly Connection[] | null): boolean =>
  listed !== null && (before.lastPollMs === null || isBlind(before.reach));

/** The announcement of a stop may be among the lines that could not be read. */
const hasUnreadableLines = (before: BrokerMemory, { log }: PushStatus): boolean =>
  log.is === "unreadable" || log.unreadable > before.pushStatus.log.unreadable;

/** A node that is killed takes its log exchange with it, and the tick that learns so may follow that of a last poll. */
function logFlowedAfter(before: BrokerMemory, { pushStatus }: BrokerMemory, nowMs: number): number | null {
  if (hasUnreadableLines(before, pushStatus)) return null;
  if (pushStatus.log.is === "flowing") return nowMs;
  return before.pushStatus.log.is === "flowing" ? pushStatus.log.sinceMs : before.logFlowedMs;
}

/** A session that opened and ended within one tick got its client only after it was tracked. */
function withClients(recent: RecentlyEnded, ended: readonly Session[]): RecentlyEnded {
  const named = new Map(recent);
  for (const session of ended) {
    const over = recent.get(session.id);
    if (over) named.set(session.id, { ...over, session });
  }
  return named;
}
