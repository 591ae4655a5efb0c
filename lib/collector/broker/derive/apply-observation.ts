import type { Stages } from "@/lib/base/time/stages";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode, Connection, Consumer } from "@/lib/rabbitmq/api/broker";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import { type FollowedClients, followClients } from "@/lib/rabbitmq/clients/follow";
import type { IdentityRules } from "@/lib/rabbitmq/clients/identity";
import { restartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { recordCloseReasons } from "@/lib/rabbitmq/sessions/close-reasons";
import { type EndingConditions, endedWithNode, inferEnd, STOPPING_FOR_MS } from "@/lib/rabbitmq/sessions/ending";
import { heartbeatEnds } from "@/lib/rabbitmq/sessions/heartbeat-ends";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { type RecentlyEnded, type TrackedSessions, track } from "@/lib/rabbitmq/sessions/track";

/** Takes in what explains: reasons, refused log-ins, announced stops, and where the exchanges stand. */
export function applyEvents(before: BrokerMemory, { events, status }: PushedEvents, nowMs: number): BrokerMemory {
  const stopping = new Map([...before.stopAnnouncedMs].filter(([, atMs]) => atMs > nowMs - STOPPING_FOR_MS));
  // A broker whose clock runs ahead would otherwise still be stopping when that hour comes.
  for (const event of events)
    if (event.kind === "stopping") stopping.set(event.node ?? "", Math.min(event.atMs, nowMs));
  const refusals = events.filter((event) => event.kind === "refused");
  return {
    ...before,
    standing: status,
    told: recordCloseReasons(before.told, events, nowMs),
    stopAnnouncedMs: stopping,
    refusals: refusals.length === 0 ? before.refusals : [...before.refusals, ...refusals].slice(-REFUSALS_MAX),
  };
}

/** A client with a wrong password tries for ever; the last ones tell as much as all of them. */
const REFUSALS_MAX = 50;

export function endingConditionsOf(
  before: BrokerMemory,
  memory: BrokerMemory,
  seen: {
    readonly nowMs: number;
    readonly answerMs: number;
    readonly nodes?: readonly BrokerNode[] | null;
    readonly restarted?: ReadonlySet<string>;
    readonly aheadMs?: number | null;
  },
): EndingConditions {
  return {
    nowMs: seen.nowMs,
    pollMs: before.pollIntervalMs,
    answerMs: seen.answerMs,
    nodes: seen.nodes ?? null,
    restarted: seen.restarted ?? new Set(),
    aheadMs: seen.aheadMs ?? null,
    stopping: memory.stopAnnouncedMs,
    logFlowed: before.logFlowedMs !== null && before.logFlowedMs >= (before.lastAskedMs ?? seen.nowMs),
    blindSinceMs: isBlind(before.reach) ? before.reach.sinceMs : null,
    lastPollMs: before.lastPollMs,
  };
}

interface ObservationInput {
  readonly pushed: PushedEvents;
  readonly listed: readonly Connection[] | null;
  readonly consumers: readonly Consumer[] | null;
  readonly circumstances: EndingConditions;
  readonly rules: IdentityRules;
  readonly late?: (tracked: TrackedSessions) => TrackedSessions;
}

interface AppliedObservation {
  readonly tracked: TrackedSessions;
  readonly followed: FollowedClients;
  readonly after: BrokerMemory;
}

/** Sessions, then clients: the part of a tick that polls and events have in common. */
export function* applyObservation(
  before: BrokerMemory,
  memory: BrokerMemory,
  moving: ObservationInput,
): Stages<AppliedObservation> {
  const { nowMs } = moving.circumstances;
  const { events } = moving.pushed;
  const tracked = track(memory.broker, before.open, {
    nowMs,
    listed: moving.listed,
    events,
    closeReasons: memory.told,
    recent: before.recent,
    endedWithNode: (session) => endedWithNode(session, moving.circumstances),
    endOf: (session) => inferEnd(session, moving.circumstances),
  });
  yield;
  const opened = events.flatMap((event) => (event.kind === "opened" ? [event] : []));
  const followed = followClients(before.clients, moving.late?.(tracked) ?? tracked, {
    broker: memory.broker,
    nowMs,
    connections: [...opened.map((event) => event.connection), ...(moving.listed ?? [])],
    consumers: moving.consumers,
    rules: moving.rules,
  });
  yield;
  const after: BrokerMemory = {
    ...memory,
    clients: followed.clients,
    open: followed.open,
    comeback: restartRecovery(followed.clients.values(), followed.open.values()),
    recent: withClients(tracked.recent, followed.ended),
    heartbeatEndsMs: heartbeatEnds(before.heartbeatEndsMs, tracked, nowMs),
    logFlowedMs: logFlowedAfter(before, memory, nowMs),
  };
  return { tracked, followed, after };
}

/** A node that is killed takes the log with it, and the tick that learns of it may come after that of a last poll. */
function logFlowedAfter(before: BrokerMemory, { standing }: BrokerMemory, nowMs: number): number | null {
  if (standing.log.is === "flowing") return nowMs;
  return before.standing.log.is === "flowing" ? standing.log.sinceMs : before.logFlowedMs;
}

/** A session that came and went at once got its client only after it was tracked. */
function withClients(recent: RecentlyEnded, ended: readonly Session[]): RecentlyEnded {
  const named = new Map(recent);
  for (const session of ended) {
    const over = recent.get(session.id);
    if (over) named.set(session.id, { ...over, session });
  }
  return named;
}
