import type { Context } from "@/lib/base/messages/sentence/context";
import { SECOND } from "@/lib/base/time/duration";
import { readyByQueue, readyIn } from "@/lib/collector/broker/derive/ready-by-queue";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode } from "@/lib/rabbitmq/api/broker";
import type { Activity } from "@/lib/rabbitmq/clients/activity";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { openedPerMinute } from "@/lib/rabbitmq/clients/opened";
import { type ActivitySignals, activitySignals, isTrouble } from "@/lib/rabbitmq/clients/signals";

interface Measured {
  readonly signals: ActivitySignals;
  readonly values: readonly (readonly [string, number | null])[];
  /** For the summary of a client that is in trouble or has just recovered; null for all others. */
  readonly context: Context | null;
  /** Messages ready in the queues it consumes or consumed; null: not measured. */
  readonly ready: () => number | null;
}

/** Measures the activity of clients, prepared for all clients of one tick. */
export function measureActivity(
  memory: BrokerMemory,
  nowMs: number,
): (client: Client, sessionsOpen: number, replicas: number | null) => Measured {
  const ready = readyByQueue(memory.queues);
  const alarms = alarmContext(memory.nodes);
  return (client, sessionsOpen, replicas) => {
    const activity = memory.activity.clients.get(client.id);
    if (!activity) return NOTHING;
    const opened = openedPerMinute(memory.opened, client.id, nowMs);
    // Waiting messages matter only for a client that has lost its consumers.
    const waiting = activity.consuming.without === null ? null : readyIn(activity, client.vhost, ready);
    const departed = client.state === "departed";
    const signals = activitySignals(activity, { sessionsOpen, departed, ready: waiting, opened, replicas });
    // A client that was in trouble a tick ago may have recovered, which needs a summary too.
    const needsContext = isTrouble(signals) || memory.minute.rows.has(client.id);
    const surroundings = { ready: waiting, ...alarms };
    return {
      signals,
      values: valuesOf(signals),
      context: needsContext ? { ...contextOf(activity), ...surroundings } : null,
      ready: () => readyIn(activity, client.vhost, ready),
    };
  };
}

/** A client whose activity has not been followed yet. */
const NOTHING: Measured = {
  signals: {
    missing: null,
    idle: null,
    publishSilent: null,
    pinned: null,
    blocked: null,
    leaked: null,
    opened: null,
    replicas: null,
  },
  values: [],
  context: null,
  ready: () => null,
};

const valuesOf = (signals: ActivitySignals): Measured["values"] => [
  ["client.consumers.missing", signals.missing],
  ["client.consumers.idle", signals.idle],
  ["client.publish.silent", signals.publishSilent],
  ["client.unacked.pinned", signals.pinned],
  ["client.blocked", signals.blocked],
  ["client.connections.leaked", signals.leaked],
  ["client.connections.opened", signals.opened],
];

function contextOf({ consuming, publishing, channels, usual }: Activity): Context {
  const gapMs = publishing.usualGapMs;
  return {
    consumers: consuming.now,
    consumersExpected: consuming.expected?.consumers ?? null,
    queues: consuming.queues.join(", "),
    usually: usual?.sessions ?? null,
    channels: channels?.channels ?? null,
    unacked: channels?.unacked ?? null,
    capacity: channels?.capacity ?? null,
    publishedSeconds: publishing.silence === null ? null : publishing.silence.ms / SECOND,
    gapSeconds: gapMs === null ? null : gapMs / SECOND,
  };
}

/**
 * How many alarms block publishers; null while no node reports any state. A node that stops with its alarm on (it ran out
 * of memory, or of disk) reports none any more: without another alarm the number is not known until it runs again.
 */
export function alarmsOf(nodes: readonly BrokerNode[]): number | null {
  if (nodes.every((node) => node.memoryAlarm === null && node.diskAlarm === null)) return null;
  const alarms = nodes.reduce(
    (sum, node) => sum + Number(node.memoryAlarm === true) + Number(node.diskAlarm === true),
    0,
  );
  return alarms === 0 && nodes.some((node) => !node.running) ? null : alarms;
}

/** The names of the nodes whose alarms block publishers. */
export function alarmContext(nodes: readonly BrokerNode[]): Context {
  const named = (has: (node: BrokerNode) => boolean | null): string | null =>
    nodes
      .filter((node) => has(node) === true)
      .map((node) => node.name)
      .join(", ") || null;
  return { memoryAlarm: named((node) => node.memoryAlarm), diskAlarm: named((node) => node.diskAlarm) };
}
