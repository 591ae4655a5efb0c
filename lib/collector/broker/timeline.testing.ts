import { done, type Failure, failed } from "@/lib/base/errors/failure";
import { reason, verbatim } from "@/lib/base/messages/reason";
import type { Pattern } from "@/lib/base/patterns/pattern";
import type { Labels } from "@/lib/base/signals/labels";
import { DAY, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type ListCoverage, STATISTICS_ONLY } from "@/lib/collector/broker/derive/coverage";
import { derive } from "@/lib/collector/broker/derive/derive";
import type { Derived } from "@/lib/collector/broker/derive/facts";
import { type BrokerMemory, firstMemory, NO_PUSH } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import { storedBroker } from "@/lib/collector/broker/stored-broker.testing";
import { resumeBrokerMemory, storedBrokerMemory } from "@/lib/collector/broker/stored-memory";
import { shiftBrokerMemory } from "@/lib/collector/tick/clock-step";
import type { BrokerNode, Channel, Connection, Consumer, Queue } from "@/lib/rabbitmq/api/broker";
import type { Learning } from "@/lib/rabbitmq/clients/activity";
import { NO_ALIASES } from "@/lib/rabbitmq/clients/display-name";
import { DEFAULT_FOLDING_RULE_IDS, type FoldingRuleId, foldingRules } from "@/lib/rabbitmq/clients/folding-rules";
import { NO_PATTERNS } from "@/lib/rabbitmq/clients/name-folding";
import { refoldStored } from "@/lib/rabbitmq/clients/refold-stored";
import type { BrokerEvent, PushStatus } from "@/lib/rabbitmq/events/event";

/** A recorded or invented day, poll by poll, through the fold of the collector. For tests and the bench. */
export interface Poll {
  readonly connections?: readonly Connection[];
  readonly consumers?: readonly Consumer[] | null;
  readonly queues?: readonly Queue[];
  /** How many queues the overview counts; absent: it does not say. */
  readonly queuesTotal?: number;
  /** null while the node has just started and does not say. */
  readonly uptimeMs?: number | null;
  readonly nodeRuns?: boolean;
  readonly created?: number | null;
  readonly failure?: Failure;
  readonly events?: readonly BrokerEvent[];
  /** Channels at this poll; absent: no new snapshot. null: refused. */
  readonly channels?: readonly Channel[] | null;
  readonly alarm?: boolean;
  readonly ratesDisabled?: boolean;
  readonly statsDisabled?: boolean;
  /** The number of connections that the overview counts. */
  readonly total?: number;
  readonly coverage?: ListCoverage;
  readonly aheadMs?: number;
  /** How long the slowest answer took, ms. */
  readonly answerMs?: number;
  /** The broker's counter of messages that no queue got. */
  readonly unroutable?: number;
  /** In place of the one node. */
  readonly nodes?: readonly BrokerNode[];
}

const START_MS = Date.UTC(2026, 10, 21);
const POLL_MS = 5 * SECOND;
const UPTIME_MS = 3_600_000;
const SETTINGS = {
  pollIntervalMs: POLL_MS,
  aliases: NO_ALIASES,
  learning: { consumersMs: 10 * MINUTE, sessionsMs: DAY },
};

export interface Timeline {
  readonly nowMs: () => number;
  readonly memory: () => BrokerMemory;
  /** Runs one poll `afterMs` after the one before. */
  readonly poll: (poll: Poll, afterMs?: number) => Derived;
  /** Runs a tick of events alone. */
  readonly pushEvents: (events: readonly BrokerEvent[], afterMs?: number) => Derived;
  /** Sets our clock by so many ms; the next tick measures it. */
  readonly stepClock: (byMs: number) => void;
  /** Starts again from what was stored, as after an upgrade, with these rules for default names; `hasMemory`: the last memory too. */
  readonly restart: (foldedBy?: readonly FoldingRuleId[], hasMemory?: boolean, alerted?: readonly Labels[]) => void;
  /** Time without a tick. */
  readonly wait: (ms: number) => void;
  /** The last tick was not committed; a restart follows. */
  readonly rollBack: () => void;
  /** The exchanges break off, or flow again, at the next tick. */
  readonly setPushStatus: (next: PushStatus) => void;
}

const FLOWING = { is: "flowing", sinceMs: 0, unreadable: 0, reason: null } as const;
/** Both exchanges reach us. */
export const FLOWS: PushStatus = { events: FLOWING, log: FLOWING };

/** Neither does, since then. */
export const brokenOff = (sinceMs: number): PushStatus => {
  const broken = { is: "connecting", sinceMs, unreadable: 0, reason: verbatim("socket closed") } as const;
  return { events: broken, log: broken };
};

export function timeline(
  strip: readonly Pattern[] = [],
  first: PushStatus = NO_PUSH,
  foldedBy: readonly FoldingRuleId[] = DEFAULT_FOLDING_RULE_IDS,
  changed: { readonly giveUpMs?: number | null; readonly learning?: Partial<Learning> } = {},
): Timeline {
  const patterns = { ...NO_PATTERNS, names: strip };
  let status = first;
  let nowMs = START_MS;
  let memory = firstMemory("main", POLL_MS, nowMs, { clients: [], sessions: [] });
  const stored = storedBroker();
  let steppedMs = 0;
  let setMs = 0;
  const { giveUpMs = null } = changed;
  const learning = { ...SETTINGS.learning, ...changed.learning };
  let settings = { ...SETTINGS, learning, rules: { strip: patterns, fold: foldingRules(foldedBy), giveUpMs } };
  const tick = (observed: BrokerObservation | null, events: readonly BrokerEvent[]): Derived => {
    const before = shiftBrokerMemory(memory, steppedMs, nowMs);
    const derived = derive(before, { observation: observed, pushed: { events, status } }, settings, nowMs);
    memory = derived.after;
    stored.save(derived.facts);
    steppedMs = 0;
    return derived;
  };
  return {
    nowMs: () => nowMs,
    memory: () => memory,
    poll: (poll, afterMs = POLL_MS) => {
      nowMs += afterMs;
      return tick(observation(poll, nowMs, nowMs - setMs), poll.events ?? []);
    },
    stepClock: (byMs) => {
      nowMs += byMs;
      setMs += byMs;
      steppedMs += byMs;
    },
    restart: (nextFoldedBy = foldedBy, hasMemory = false, alerted = []) => {
      const fold = foldingRules(nextFoldedBy);
      settings = { ...settings, rules: { strip: patterns, fold, giveUpMs } };
      const { everConsumed, ...loaded } = stored.load(nowMs);
      const refolded = refoldStored(loaded, { strip: patterns, fold });
      const first = firstMemory("main", POLL_MS, nowMs, { ...refolded, everConsumed, alerted });
      memory = resumeBrokerMemory(first, hasMemory ? storedBrokerMemory(memory) : null);
    },
    wait: (ms) => {
      nowMs += ms;
    },
    rollBack: stored.rollBack,
    setPushStatus: (next) => {
      status = next;
    },
    pushEvents: (events, afterMs = 0) => {
      nowMs += afterMs;
      return tick(null, events);
    },
  };
}

function observation(poll: Poll, nowMs: number, brokerMs: number): BrokerObservation {
  const answer = <T>(rows: readonly T[]) => (poll.failure ? failed(poll.failure) : done({ rows, unreadable: 0 }));
  const uptimeMs = poll.uptimeMs === undefined ? UPTIME_MS + brokerMs - START_MS : poll.uptimeMs;
  const node: BrokerNode = {
    name: "rabbit@a",
    running: poll.nodeRuns ?? true,
    memoryUsedBytes: null,
    memoryLimitBytes: null,
    memoryAlarm: poll.alarm ?? false,
    diskAlarm: false,
    uptimeMs,
  };
  const overview = {
    version: "3.10.8",
    clusterName: "test",
    connections: poll.total ?? null,
    queues: poll.queuesTotal ?? null,
    connectionsCreated: poll.created ?? null,
    connectionsClosed: null,
    openedPerSecond: null,
    closedPerSecond: null,
    statsDisabled: poll.statsDisabled ?? false,
    ...(poll.unroutable === undefined ? {} : { unroutable: poll.unroutable }),
    ratesDisabled: poll.ratesDisabled ?? false,
    simulated: false,
  };
  return {
    overview: poll.failure ? failed(poll.failure) : done(overview),
    nodes: answer(poll.nodes ?? [node]),
    connections: answer(poll.connections ?? []),
    coverage: poll.coverage ?? STATISTICS_ONLY,
    consumers: poll.consumers === null ? failed(UNAVAILABLE) : answer(poll.consumers ?? []),
    queues: answer(poll.queues ?? []),
    queuesFresh: true,
    channels: poll.channels === undefined ? null : { atMs: brokerMs, channels: poll.channels },
    requestedMs: nowMs - (poll.answerMs ?? 0),
    answerMs: poll.answerMs ?? 0,
    aheadMs: poll.aheadMs ?? null,
    bytes: 0,
  };
}

const UNAVAILABLE: Failure = {
  code: "unavailable",
  retry: true,
  reason: reason("httpStatus", { status: 400, where: "/api/consumers" }),
};
