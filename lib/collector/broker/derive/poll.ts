import type { Context } from "@/lib/base/messages/sentence/context";
import type { Stages } from "@/lib/base/time/stages";
import {
  type AppliedObservation,
  applyObservation,
  endingConditionsOf,
} from "@/lib/collector/broker/derive/apply-observation";
import { accumulateMinute, changedClients, changedSessions } from "@/lib/collector/broker/derive/changes";
import { checksAfter, checksContext } from "@/lib/collector/broker/derive/checks";
import { seenConnections } from "@/lib/collector/broker/derive/coverage";
import type { BrokerFacts, BrokerSettings, Derived } from "@/lib/collector/broker/derive/facts";
import { markLate } from "@/lib/collector/broker/derive/mark-late";
import {
  brokerSample,
  countedReadings,
  downOf,
  nodesContext,
  readingsOf,
  recoveryContext,
  trafficContext,
} from "@/lib/collector/broker/derive/measure";
import { alarmContext } from "@/lib/collector/broker/derive/measure-activity";
import { clientLabels, clientReadings } from "@/lib/collector/broker/derive/measure-clients";
import { endedNodeLabels, nodeContext, nodeSamples } from "@/lib/collector/broker/derive/measure-nodes";
import { endedQueues, queueContext, queueSamples } from "@/lib/collector/broker/derive/measure-queues";
import { followNodes } from "@/lib/collector/broker/derive/node-trends";
import {
  freshnessAfter,
  restartedNodes,
  runningNodes,
  statsAreFresh,
  statsIntervalMs,
  unseenSessions,
  uptimesAfter,
  withMeteredNodes,
} from "@/lib/collector/broker/derive/nodes";
import { queuesAfter } from "@/lib/collector/broker/derive/queues-after";
import { replicasAfter } from "@/lib/collector/broker/derive/replicas-after";
import { rowsDue } from "@/lib/collector/broker/derive/rows-due";
import { dataAsOf } from "@/lib/collector/broker/derive/stale-cache";
import { followUnroutable } from "@/lib/collector/broker/derive/unroutable";
import { usableChannels } from "@/lib/collector/broker/derive/usable-channels";
import { type BrokerMemory, storedConsumers } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { ParsedRows } from "@/lib/rabbitmq/api/parse";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import { followActivity } from "@/lib/rabbitmq/clients/activity";
import { blockedChanges } from "@/lib/rabbitmq/clients/blocked";
import { recordSilence } from "@/lib/rabbitmq/clients/silence";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { lagOf } from "@/lib/rabbitmq/heartbeats/late";
import { consumedChanges } from "@/lib/rabbitmq/queues/roles";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

interface PollInput {
  readonly pushed: PushedEvents;
  readonly observation: BrokerObservation;
  readonly listed: ParsedRows<Connection>;
}

/** A tick with a poll that succeeded. */
export function* derivePoll(
  before: BrokerMemory,
  memory: BrokerMemory,
  { pushed, observation, listed: { rows, unreadable } }: PollInput,
  settings: BrokerSettings,
  nowMs: number,
): Stages<Derived> {
  const nodes = observation.nodes.ok ? observation.nodes.value.rows : null;
  const overview = observation.overview.ok ? observation.overview.value : null;
  const consumers = observation.consumers.ok ? observation.consumers.value.rows : null;
  const { coverage } = observation;
  const seen = seenConnections(before, { coverage, overview, nodes, rows, events: pushed.events }, nowMs);
  const { listed } = seen;
  const observedNodes = { nodes, overview, listed };
  const { answerMs, aheadMs } = observation;
  const restarted = restartedNodes(before, observedNodes, nowMs);
  const lagBefore = lagOf(answerMs, statsIntervalMs(before.statsFreshness));
  const statsFreshness = freshnessAfter(before, nodes, lagBefore, nowMs);
  const lagMs = lagOf(answerMs, statsIntervalMs(statsFreshness));
  const freshness = (tracked: TrackedSessions) =>
    withMeteredNodes(statsFreshness, { before, tracked, metrics: coverage.metrics, nodes, nowMs });
  const applied = yield* applyObservation(
    before,
    { ...memory, overview },
    {
      pushed,
      listed,
      consumers,
      endingConditions: endingConditionsOf(before, memory, {
        nowMs,
        lagMs,
        nodes: runningNodes(before.nodes, nodes),
        restarted,
        aheadMs,
      }),
      settings,
      isListable: seen.isListable,
      late: (tracked) => {
        const metered = freshness(tracked);
        const lagMs = lagOf(answerMs, statsIntervalMs(metered));
        return markLate(tracked, {
          clients: before.clients,
          isFresh: statsAreFresh(metered, before, lagMs, nowMs),
          dataAsOf: dataAsOf(memory.staleness, tracked.open.values(), nowMs),
          lagMs,
          nowMs,
        });
      },
    },
  );
  const { tracked, followed } = applied;
  // At the first poll nothing has opened yet, and the counter has nothing to be compared with.
  const churn = unseenSessions(before, observedNodes, before.openedUnpolled + tracked.opened.length);
  const queues = queuesAfter(before, observation, { nowMs, restarted });
  yield;
  const activity = followActivity(before.activity, {
    nowMs,
    clients: followed.clients,
    open: followed.open,
    listed,
    consumers,
    snapshot: usableChannels(observation.channels, {
      overview,
      intervalMs: statsIntervalMs(statsFreshness),
      sampledMs: before.activity.sampledMs,
    }),
    learning: settings.learning,
  });
  yield;
  const clients = replicasAfter(
    { clients: applied.after.clients, open: followed.open, queues: queues.queues, activity },
    settings,
    nowMs,
  );
  const after: BrokerMemory = {
    ...applied.after,
    ...queues,
    clients,
    openedUnpolled: 0,
    nodes: nodes ?? before.nodes,
    uptimesMs: uptimesAfter(before, nodes, restarted),
    statsFreshness: freshness(tracked),
    allNamed: seen.allNamed,
    nodeTrends: nodes === null ? before.nodeTrends : followNodes(before.nodeTrends, nodes, { nowMs, restarted }),
    checks: checksAfter(before.checks, observation.checks, { overview, nowMs }),
    unroutable: followUnroutable(before.unroutable, {
      total: overview?.unroutable ?? null,
      channels: observation.channels?.channels ?? null,
      nowMs,
    }),
    overview,
    consumers: storedConsumers(consumers),
    churn: churn.after,
    activity,
    lastPollMs: nowMs,
    lastRequestMs: observation.requestedMs,
    unreadable,
  };
  return yield* measure(before, after, { applied, observation, restarted, unseen: churn.unseen, nowMs });
}

interface Polled {
  readonly applied: AppliedObservation;
  readonly observation: BrokerObservation;
  readonly restarted: ReadonlySet<string>;
  readonly unseen: number | null;
  readonly nowMs: number;
}

function* measure(before: BrokerMemory, after: BrokerMemory, polled: Polled): Stages<Derived> {
  const { applied, observation, nowMs } = polled;
  const { followed } = applied;
  const clients = clientReadings(after, lagOf(observation.answerMs, statsIntervalMs(after.statsFreshness)), nowMs);
  yield;
  const due = rowsDue(before.lastPollMs, nowMs);
  const queuesKnown = observation.queues.ok
    ? endedQueues(before.knownQueues, after.queues, {
        rows: observation.queues.value.rows.length + observation.queues.value.unreadable,
        total: after.overview?.queues ?? null,
      })
    : { known: before.knownQueues, ended: [] };
  const minutes = accumulateMinute(before.minute, clients.minutes, nowMs);
  return {
    after: {
      ...after,
      knownQueues: queuesKnown.known,
      minute: minutes.now,
      silence: recordSilence(before.silence, followed.open.values(), nowMs),
    },
    facts: {
      sessions: changedSessions(before, followed, due),
      clients: changedClients(before, after, due),
      ...measurements(before, after, polled, clients.readings),
      ended: [
        ...queuesKnown.ended,
        ...endedNodeLabels(after.broker, before.nodes, after.nodes),
        ...followed.forgotten.map(clientLabels),
      ],
      minutes: minutes.finished,
      restarts: [...polled.restarted],
      consumedQueues: consumedChanges(before.everConsumed, after.everConsumed, {
        before: before.queues,
        now: after.queues,
      }),
      blocked: blockedChanges(before.open.values(), followed.open.values()),
      blind: { began: null, ended: isBlind(before.reach) || before.reach.is === "starting" },
    },
  };
}

function measurements(
  before: BrokerMemory,
  after: BrokerMemory,
  { observation, unseen, nowMs }: Polled,
  ofClients: BrokerFacts["readings"],
): Pick<BrokerFacts, "samples" | "readings"> {
  const sample = brokerSample(after, { blind: false, unseen, nowMs });
  const queues = observation.queues.ok && observation.queuesFresh ? queueSamples(after) : [];
  const nodes = observation.nodes.ok ? nodeSamples(after) : [];
  const context = {
    because: after.reach.reason,
    sinceMs: after.reach.sinceMs,
    nowMs,
    ...alarmContext(after.nodes),
    nodes: downOf(after.nodes).join(", ") || null,
    ...trafficContext(after, nowMs),
    ...checksContext(after.checks),
  };
  const own: Readonly<Record<string, Context>> = {
    "broker.restart.recovery": recoveryContext(after, nowMs),
    "broker.clients.missing": recoveryContext(after, nowMs),
    "broker.nodes.down": nodesContext(before.nodes, after.nodes),
  };
  return {
    samples: [sample, ...nodes, ...queues],
    readings: [
      ...readingsOf(sample, context).map((reading) => ({
        ...reading,
        context: { ...context, ...own[reading.signal] },
      })),
      ...countedReadings(after, nowMs),
      ...nodes.flatMap((node) => readingsOf(node, nodeContext(after, node.labels))),
      ...queues.flatMap((queue) => readingsOf(queue, queueContext(after, queue))),
      ...ofClients,
    ],
  };
}
