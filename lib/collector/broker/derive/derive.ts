import type { Reading } from "@/lib/alerts/model/reading";
import type { Failure } from "@/lib/base/errors/failure";
import { type Reason, verbatim } from "@/lib/base/messages/reason";
import type { Sample } from "@/lib/base/signals/catalogue";
import { finished, type Stages } from "@/lib/base/time/stages";
import { applyEvents, applyObservation, endingConditionsOf } from "@/lib/collector/broker/derive/apply-observation";
import { accumulate, changedClients, changedSessions } from "@/lib/collector/broker/derive/changes";
import { markLate } from "@/lib/collector/broker/derive/mark-late";
import {
  brokerSample,
  clientLabels,
  clientReadings,
  comebackContext,
  countedReadings,
  downOf,
  goneReadings,
  queueContext,
  queueSamples,
  readingsOf,
} from "@/lib/collector/broker/derive/measure";
import { alarmContext } from "@/lib/collector/broker/derive/measure-activity";
import {
  freshnessAfter,
  restartedNodes,
  runningNodes,
  statsAreFresh,
  unseenSessions,
  uptimesAfter,
} from "@/lib/collector/broker/derive/nodes";
import { queuesAfter } from "@/lib/collector/broker/derive/queues-after";
import { NO_ROWS, rowsDue } from "@/lib/collector/broker/derive/rows-due";
import { dataAsOf, stalenessAfter } from "@/lib/collector/broker/derive/stale-cache";
import { type BrokerMemory, storedConsumers } from "@/lib/collector/broker/memory";
import { answersOf } from "@/lib/collector/broker/observe/endpoint-costs";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { isBlind, nextIntervalMs, reachAfter } from "@/lib/rabbitmq/api/reach";
import { followActivity, type Learning } from "@/lib/rabbitmq/clients/activity";
import { type BlockedChanges, blockedChanges } from "@/lib/rabbitmq/clients/blocked";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { FollowedClients } from "@/lib/rabbitmq/clients/follow";
import type { IdentityRules } from "@/lib/rabbitmq/clients/identity";
import { recordSilence } from "@/lib/rabbitmq/clients/silence";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { lagOf } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { ClientMinute } from "@/lib/storage/samples/samples";

export interface BrokerSettings {
  readonly pollIntervalMs: number;
  readonly rules: IdentityRules;
  readonly learning: Learning;
}

/** What one tick of one broker found out, ready to be kept in one transaction. */
export interface BrokerFacts {
  readonly sessions: readonly Session[];
  readonly clients: readonly Client[];
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  /** Label sets that are over for good: their alerts end. */
  readonly gone: readonly Readonly<Record<string, string>>[];
  /** Finished minutes of clients in trouble. */
  readonly minutes: { readonly minuteMs: number; readonly rows: readonly ClientMinute[] } | null;
  readonly restarts: readonly string[];
  readonly blocked: BlockedChanges;
  readonly blind: { readonly began: Reason | null; readonly ended: boolean };
}

export interface Derived {
  readonly after: BrokerMemory;
  readonly facts: BrokerFacts;
}

/** What a tick has to go by: a poll, or null between two polls, and what the broker pushed since the last tick. */
export interface BrokerTick {
  readonly seen: BrokerObservation | null;
  readonly pushed: PushedEvents;
}

/** One tick of one broker: (memory, what was seen and heard, now) → memory and facts. Pure. */
export const derive = (before: BrokerMemory, tick: BrokerTick, settings: BrokerSettings, nowMs: number): Derived =>
  finished(deriveInStages(before, tick, settings, nowMs));

/** The same in stages, each a small part of the work: whoever runs it may let others in between two. */
export function* deriveInStages(
  before: BrokerMemory,
  tick: BrokerTick,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  const { seen } = tick;
  const heard = applyEvents(before, tick.pushed, nowMs);
  if (seen === null) return yield* hearingTick(before, heard, tick.pushed, settings, nowMs);
  const failure = failureOf(seen);
  const poll = { failure, answerMs: seen.answerMs, intervalMs: settings.pollIntervalMs };
  const reach = reachAfter(before.reach, poll, nowMs);
  const failuresInRow = failure === null ? 0 : before.failuresInRow + 1;
  const memory: BrokerMemory = {
    ...heard,
    reach,
    failuresInRow,
    doubt: stalenessAfter(before.doubt, { failure, answerMs: seen.answerMs, lastPollMs: before.lastPollMs }, nowMs),
    pollDurationMs: failure === null ? seen.answerMs : before.pollDurationMs,
    pollIntervalMs: nextIntervalMs(settings.pollIntervalMs, seen.answerMs, failuresInRow),
    pollBytes: seen.bytes,
    answers: answersOf(seen),
  };
  if (failure !== null || !seen.connections.ok) return yield* blindTick(before, memory, tick.pushed, settings, nowMs);
  return yield* seeingTick(before, memory, { ...tick, seen }, seen.connections.value.rows, settings, nowMs);
}

/** Without the overview and the list of connections nothing can be said; the rest may be missing. */
function failureOf(seen: BrokerObservation): Failure | null {
  if (!seen.connections.ok) return seen.connections.failure;
  if (!seen.overview.ok) return seen.overview.failure;
  return null;
}

/** Events go on while the management API is away: what they tell is true, and nothing else is. */
function* blindTick(
  before: BrokerMemory,
  memory: BrokerMemory,
  pushed: PushedEvents,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  // While nothing is seen or heard, nobody's state is known to change.
  const quiet = pushed.events.length === 0;
  const derived = quiet ? held(memory) : yield* hearingTick(before, memory, pushed, settings, nowMs);
  const began = isBlind(memory.reach) && !isBlind(before.reach) ? (memory.reach.reason ?? verbatim("")) : null;
  const sample = brokerSample(derived.after, { blind: true, unseen: null });
  const context = { because: memory.reach.reason, sinceMs: memory.reach.sinceMs, nowMs };
  return {
    after: derived.after,
    facts: {
      ...derived.facts,
      samples: [sample],
      readings: [...readingsOf(sample, context), ...derived.facts.readings],
      blind: { began, ended: false },
    },
  };
}

const held = (memory: BrokerMemory): Derived => ({ after: memory, facts: NOTHING });

const NOTHING: BrokerFacts = {
  sessions: [],
  clients: [],
  samples: [],
  readings: [],
  gone: [],
  minutes: null,
  restarts: [],
  blocked: { began: [], ended: [] },
  blind: { began: null, ended: false },
};

const only = (memory: BrokerMemory, clients: readonly Client[]): BrokerMemory => ({
  ...memory,
  clients: new Map(clients.map((client) => [client.id, client])),
});

/** Between two polls: who came and went, and nothing that only a poll can measure. */
function* hearingTick(
  before: BrokerMemory,
  memory: BrokerMemory,
  pushed: PushedEvents,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  const circumstances = endingConditionsOf(before, memory, { answerMs: memory.pollDurationMs ?? 0, nowMs });
  const moving = { pushed, listed: null, consumers: null, circumstances, rules: settings.rules };
  const moved = yield* applyObservation(before, memory, moving);
  const after: BrokerMemory = { ...moved.after, openedUnpolled: before.openedUnpolled + moved.tracked.opened.length };
  const changed = changedClients(before, after, NO_ROWS);
  return {
    after,
    facts: {
      ...NOTHING,
      sessions: changedSessions(before, moved.followed, NO_ROWS),
      blocked: blockedChanges(before.open.values(), moved.followed.open.values()),
      clients: changed,
      readings: clientReadings(only(after, changed), lagOf(memory.pollDurationMs ?? 0), nowMs).readings,
      gone: moved.followed.forgotten.map(clientLabels),
    },
  };
}

function* seeingTick(
  before: BrokerMemory,
  memory: BrokerMemory,
  tick: BrokerTick & { readonly seen: BrokerObservation },
  listed: readonly Connection[],
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  const { seen } = tick;
  const nodes = seen.nodes.ok ? seen.nodes.value.rows : null;
  const overview = seen.overview.ok ? seen.overview.value : null;
  const restarted = restartedNodes(before, { nodes, overview, listed }, nowMs);
  const lagMs = lagOf(seen.answerMs);
  const pulses = freshnessAfter(before, nodes, lagMs, nowMs);
  const consumers = seen.consumers.ok ? seen.consumers.value.rows : null;
  const moved = yield* applyObservation(before, memory, {
    pushed: tick.pushed,
    listed,
    consumers,
    circumstances: endingConditionsOf(before, memory, {
      nowMs,
      answerMs: seen.answerMs,
      nodes: runningNodes(before.nodes, nodes),
      restarted,
      aheadMs: seen.aheadMs,
    }),
    rules: settings.rules,
    late: (tracked) =>
      markLate(tracked, {
        believed: statsAreFresh(pulses, before, lagMs, nowMs),
        toldUntil: dataAsOf(memory.doubt, tracked.open.values(), nowMs),
        lagMs,
        nowMs,
      }),
  });
  // The first poll sees everybody at once: nobody opened then, and the counter has nothing to be compared with.
  const opened = before.openedUnpolled + moved.tracked.opened.length;
  const churn = unseenSessions(before, { nodes, overview, listed }, opened);
  const queues = queuesAfter(before, seen, nowMs);
  yield;
  const activity = followActivity(before.activity, {
    ...{ nowMs, clients: moved.followed.clients, open: moved.followed.open, listed, consumers },
    ...{ snapshot: seen.look, learning: settings.learning },
  });
  yield;
  const after: BrokerMemory = {
    ...moved.after,
    openedUnpolled: 0,
    nodes: nodes ?? before.nodes,
    uptimesMs: uptimesAfter(before, nodes, restarted),
    pulses,
    overview,
    ...{ ...queues, consumers: storedConsumers(consumers) },
    churn: churn.after,
    activity,
    ...{ lastPollMs: nowMs, lastAskedMs: seen.askedMs },
    unreadable: seen.connections.ok ? seen.connections.value.unreadable : 0,
  };
  return yield* finish(before, after, moved.followed, { seen, restarted, unseen: churn.unseen, nowMs });
}

interface Findings {
  readonly seen: BrokerObservation;
  readonly restarted: ReadonlySet<string>;
  readonly unseen: number | null;
  readonly nowMs: number;
}

function* finish(
  before: BrokerMemory,
  after: BrokerMemory,
  followed: FollowedClients,
  found: Findings,
): Stages<Derived> {
  const { nowMs } = found;
  const lagMs = lagOf(found.seen.answerMs);
  const clients = clientReadings(after, lagMs, nowMs);
  yield;
  const due = rowsDue(before.lastPollMs, nowMs);
  const sample = brokerSample(after, { blind: false, unseen: found.unseen });
  const queues = found.seen.queues.ok && found.seen.queuesFresh ? queueSamples(after) : [];
  const minutes = accumulate(before.minute, clients.minutes, nowMs);
  return {
    after: {
      ...after,
      minute: minutes.now,
      silence: recordSilence(before.silence, followed.open.values(), nowMs),
    },
    facts: {
      sessions: changedSessions(before, followed, due),
      clients: changedClients(before, after, due),
      samples: [sample, ...queues],
      readings: [
        ...readingsOf(sample, {
          ...{ because: after.reach.reason, sinceMs: after.reach.sinceMs, nowMs },
          ...alarmContext(after.nodes),
          nodes: downOf(after.nodes).join(", ") || null,
          ...comebackContext(after.comeback),
        }),
        ...countedReadings(after, nowMs),
        ...queues.flatMap((queue) => readingsOf(queue, queueContext(queue))),
        ...clients.readings,
      ],
      gone: [...goneReadings(before.queues, after.queues), ...followed.forgotten.map(clientLabels)],
      minutes: minutes.finished,
      restarts: [...found.restarted],
      blocked: blockedChanges(before.open.values(), followed.open.values()),
      blind: { began: null, ended: isBlind(before.reach) || before.reach.is === "starting" },
    },
  };
}
