import type { Failure } from "@/lib/base/errors/failure";
import { verbatim } from "@/lib/base/messages/reason";
import { finished, type Stages } from "@/lib/base/time/stages";
import { applyEvents, applyObservation, endingConditionsOf } from "@/lib/collector/broker/derive/apply-observation";
import { changedClients, changedSessions } from "@/lib/collector/broker/derive/changes";
import { type BrokerSettings, type BrokerTick, type Derived, NO_FACTS } from "@/lib/collector/broker/derive/facts";
import { brokerSample, readingsOf } from "@/lib/collector/broker/derive/measure";
import { clientLabels, clientReadings } from "@/lib/collector/broker/derive/measure-clients";
import { statsIntervalMs } from "@/lib/collector/broker/derive/nodes";
import { derivePoll } from "@/lib/collector/broker/derive/poll";
import { NO_ROWS } from "@/lib/collector/broker/derive/rows-due";
import { stalenessAfter } from "@/lib/collector/broker/derive/stale-cache";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { endpointCosts } from "@/lib/collector/broker/observe/endpoint-costs";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import { isBlind, nextIntervalMs, reachAfter } from "@/lib/rabbitmq/api/reach";
import { blockedChanges } from "@/lib/rabbitmq/clients/blocked";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { lagOf } from "@/lib/rabbitmq/heartbeats/late";

/** One tick of one broker: (memory, observation and events, now) → memory and facts. Pure. */
export const derive = (before: BrokerMemory, tick: BrokerTick, settings: BrokerSettings, nowMs: number): Derived =>
  finished(deriveInStages(before, tick, settings, nowMs));

/** The same in stages, each a small part of the work, so that requests can be served between two of them. */
export function* deriveInStages(
  before: BrokerMemory,
  { observation, pushed }: BrokerTick,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  const explained = applyEvents(before, pushed, nowMs);
  if (observation === null) return yield* deriveEvents(before, explained, pushed, settings, nowMs);
  const failure = failureOf(observation);
  const memory = withPoll(before, explained, observation, settings, nowMs);
  if (failure !== null || !observation.connections.ok) {
    return yield* deriveBlind(before, memory, pushed, settings, nowMs);
  }
  const listed = observation.connections.value;
  return yield* derivePoll(before, memory, { pushed, observation, listed }, settings, nowMs);
}

/** Without the overview and the list of connections nothing can be derived; the other endpoints may fail. */
function failureOf({ connections, overview }: BrokerObservation): Failure | null {
  if (!connections.ok) return connections.failure;
  return overview.ok ? null : overview.failure;
}

/** What a poll changes of the memory whether or not it succeeded. */
function withPoll(
  before: BrokerMemory,
  explained: BrokerMemory,
  observation: BrokerObservation,
  settings: BrokerSettings,
  nowMs: number,
): BrokerMemory {
  const failure = failureOf(observation);
  const { answerMs, bytes } = observation;
  const failuresInRow = failure === null ? 0 : before.failuresInRow + 1;
  return {
    ...explained,
    reach: reachAfter(before.reach, { failure, answerMs, intervalMs: settings.pollIntervalMs }, nowMs),
    failuresInRow,
    staleness: stalenessAfter(before.staleness, { failure, answerMs, lastPollMs: before.lastPollMs }, nowMs),
    pollDurationMs: failure === null ? answerMs : before.pollDurationMs,
    pollIntervalMs: nextIntervalMs(settings.pollIntervalMs, answerMs, failuresInRow),
    pollBytes: bytes,
    answers: endpointCosts(observation),
  };
}

/** While the management API is unavailable, events are still true; nothing else is known. */
function* deriveBlind(
  before: BrokerMemory,
  memory: BrokerMemory,
  pushed: PushedEvents,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  // Without events no client is known to have changed its state.
  const quiet = pushed.events.length === 0;
  const derived = quiet
    ? { after: memory, facts: NO_FACTS }
    : yield* deriveEvents(before, memory, pushed, settings, nowMs);
  const began = isBlind(memory.reach) && !isBlind(before.reach) ? (memory.reach.reason ?? verbatim("")) : null;
  const sample = brokerSample(derived.after, { blind: true, unseen: null, nowMs });
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

/** Between two polls: which sessions opened and ended, and nothing that only a poll can measure. */
function* deriveEvents(
  before: BrokerMemory,
  memory: BrokerMemory,
  pushed: PushedEvents,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  const lagMs = lagOf(memory.pollDurationMs ?? 0, statsIntervalMs(memory.statsFreshness));
  const applied = yield* applyObservation(before, memory, {
    pushed,
    listed: null,
    consumers: null,
    endingConditions: endingConditionsOf(before, memory, { lagMs, nowMs }),
    settings,
  });
  const { tracked, followed } = applied;
  const after: BrokerMemory = { ...applied.after, openedUnpolled: before.openedUnpolled + tracked.opened.length };
  const clients = changedClients(before, after, NO_ROWS);
  return {
    after,
    facts: {
      ...NO_FACTS,
      sessions: changedSessions(before, followed, NO_ROWS),
      blocked: blockedChanges(before.open.values(), followed.open.values()),
      clients,
      readings: clientReadings(withOnly(after, clients), lagMs, nowMs).readings,
      ended: followed.forgotten.map(clientLabels),
    },
  };
}

const withOnly = (memory: BrokerMemory, clients: readonly Client[]): BrokerMemory => ({
  ...memory,
  clients: new Map(clients.map((client) => [client.id, client])),
});
