import { done, type Failure, failed } from "@/lib/base/errors/failure";
import { reason, verbatim } from "@/lib/base/messages/reason";
import { DAY, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Derived, derive } from "@/lib/collector/broker/derive/derive";
import { type BrokerMemory, firstMemory, NO_PUSH } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import { shiftBrokerMemory } from "@/lib/collector/tick/clock-step";
import type { BrokerNode, Channel, Connection, Consumer, Queue } from "@/lib/rabbitmq/api/broker";
import type { BrokerEvent, PushStatus } from "@/lib/rabbitmq/events/event";

/** A recorded or invented day, poll by poll, put through the very fold the collector runs. For tests and the bench. */
export interface Poll {
  readonly connections?: readonly Connection[];
  readonly consumers?: readonly Consumer[] | null;
  readonly queues?: readonly Queue[];
  /** null while the node has just started and does not say. */
  readonly uptimeMs?: number | null;
  readonly nodeRuns?: boolean;
  readonly created?: number | null;
  readonly failure?: Failure;
  readonly heard?: readonly BrokerEvent[];
  /** Channels seen at this poll; absent: no new look at them. null: refused. */
  readonly channels?: readonly Channel[] | null;
  readonly alarm?: boolean;
  readonly aheadMs?: number;
  /** How long the slowest answer took, ms. */
  readonly answerMs?: number;
  /** In place of the one node. */
  readonly nodes?: readonly BrokerNode[];
}

const START_MS = Date.UTC(2026, 10, 21);
const POLL_MS = 5 * SECOND;
const UPTIME_MS = 3_600_000;
const SETTINGS = { pollIntervalMs: POLL_MS, learning: { consumersMs: 10 * MINUTE, sessionsMs: DAY } };

export interface Timeline {
  readonly nowMs: () => number;
  readonly memory: () => BrokerMemory;
  /** Takes one poll `afterMs` after the one before. */
  readonly poll: (seen: Poll, afterMs?: number) => Derived;
  /** Takes a tick of events alone. */
  readonly hear: (heard: readonly BrokerEvent[], afterMs?: number) => Derived;
  /** Sets our clock by so many ms; the next tick knows. */
  readonly step: (byMs: number) => void;
  /** The exchanges break off, or flow again; the next tick knows. */
  readonly stand: (next: PushStatus) => void;
}

const FLOWING = { is: "flowing", sinceMs: 0, reason: null } as const;
/** Both exchanges reach us. */
export const FLOWS: PushStatus = { events: FLOWING, log: FLOWING };

/** Neither does, since then. */
export const brokenOff = (sinceMs: number): PushStatus => {
  const broken = { is: "connecting", sinceMs, reason: verbatim("socket closed") } as const;
  return { events: broken, log: broken };
};

export function timeline(strip: readonly RegExp[] = [], first: PushStatus = NO_PUSH): Timeline {
  let standing = first;
  let nowMs = START_MS;
  let memory = firstMemory("main", POLL_MS, nowMs, { clients: [], sessions: [] });
  let steppedMs = 0;
  let setMs = 0;
  const settings = { ...SETTINGS, rules: { strip, giveUpMs: null } };
  const tick = (seen: BrokerObservation | null, heard: readonly BrokerEvent[]): Derived => {
    const before = shiftBrokerMemory(memory, steppedMs, nowMs);
    const derived = derive(before, { seen, pushed: { events: heard, status: standing } }, settings, nowMs);
    memory = derived.after;
    steppedMs = 0;
    return derived;
  };
  return {
    nowMs: () => nowMs,
    memory: () => memory,
    poll: (seen, afterMs = POLL_MS) => {
      nowMs += afterMs;
      return tick(observation(seen, nowMs, nowMs - setMs), seen.heard ?? []);
    },
    step: (byMs) => {
      nowMs += byMs;
      setMs += byMs;
      steppedMs += byMs;
    },
    stand: (next) => {
      standing = next;
    },
    hear: (heard, afterMs = 0) => {
      nowMs += afterMs;
      return tick(null, heard);
    },
  };
}

function observation(seen: Poll, nowMs: number, brokerMs: number): BrokerObservation {
  const answer = <T>(rows: readonly T[]) => (seen.failure ? failed(seen.failure) : done({ rows, unreadable: 0 }));
  const uptimeMs = seen.uptimeMs === undefined ? UPTIME_MS + brokerMs - START_MS : seen.uptimeMs;
  const node: BrokerNode = {
    name: "rabbit@a",
    running: seen.nodeRuns ?? true,
    memoryUsedBytes: null,
    memoryLimitBytes: null,
    memoryAlarm: seen.alarm ?? false,
    diskAlarm: false,
    uptimeMs,
  };
  const overview = {
    version: "3.10.8",
    clusterName: "test",
    connections: null,
    connectionsCreated: seen.created ?? null,
    connectionsClosed: null,
    openedPerSecond: null,
    closedPerSecond: null,
    statsDisabled: false,
    simulated: false,
  };
  return {
    overview: seen.failure ? failed(seen.failure) : done(overview),
    nodes: answer(seen.nodes ?? [node]),
    connections: answer(seen.connections ?? []),
    consumers: seen.consumers === null ? failed(UNSEEN) : answer(seen.consumers ?? []),
    queues: answer(seen.queues ?? []),
    queuesFresh: true,
    look: seen.channels === undefined ? null : { atMs: brokerMs, channels: seen.channels },
    askedMs: nowMs - (seen.answerMs ?? 0),
    answerMs: seen.answerMs ?? 0,
    aheadMs: seen.aheadMs ?? null,
    bytes: 0,
  };
}

const UNSEEN: Failure = {
  code: "unavailable",
  retry: true,
  reason: reason("httpStatus", { status: 400, where: "/api/consumers" }),
};
