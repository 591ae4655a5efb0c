import type { Context } from "@/lib/base/messages/sentence/context";
import { SECOND } from "@/lib/base/time/duration";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode } from "@/lib/rabbitmq/api/broker";
import type { Activity } from "@/lib/rabbitmq/clients/activity";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { type ActivitySignals, activitySignals, isTrouble } from "@/lib/rabbitmq/clients/signals";

interface Measured {
  readonly signals: ActivitySignals;
  readonly values: readonly (readonly [string, number | null])[];
  /** For the sentence of whoever is in trouble or has just left it; null for all others. */
  readonly context: Context | null;
}

/** A measure of what clients do, for all clients of one tick. */
export function measureActivity(memory: BrokerMemory): (client: Client, sessionsOpen: number) => Measured {
  const ready = new Map(memory.queues.map((queue) => [keyOf(queue.vhost, queue.name), queue.ready]));
  const alarms = alarmContext(memory.nodes);
  return (client, sessionsOpen) => {
    const activity = memory.activity.clients.get(client.id);
    if (!activity) return NOTHING;
    // Only who has lost its consumers is asked what waits for it.
    const waiting = activity.consuming.without === null ? null : readyIn(activity, client.vhost, ready);
    const signals = activitySignals(activity, { sessionsOpen, ready: waiting });
    // Who was in trouble a tick ago may be out of it now, and that is a sentence too.
    const told = isTrouble(signals) || memory.minute.rows.has(client.id);
    const around = { ready: waiting, ...alarms };
    return { signals, values: valuesOf(signals), context: told ? { ...contextOf(activity), ...around } : null };
  };
}

/** Messages ready where a client consumes, or did; null where none of its queues is known. */
function readyIn({ consuming }: Activity, vhost: string, ready: ReadonlyMap<string, number | null>): number | null {
  const known = consuming.queues.map((queue) => ready.get(keyOf(vhost, queue)) ?? null).filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((sum, messages) => sum + messages, 0);
}

const keyOf = (vhost: string, queue: string): string => `${vhost}\0${queue}`;

/** A client of whom nothing has been followed yet. */
const NOTHING: Measured = {
  signals: { missing: null, idle: null, publishSilent: null, pinned: null, blocked: null, leaked: null },
  values: [],
  context: null,
};

const valuesOf = (signals: ActivitySignals): Measured["values"] => [
  ["client.consumers.missing", signals.missing],
  ["client.consumers.idle", signals.idle],
  ["client.publish.silent", signals.publishSilent],
  ["client.unacked.pinned", signals.pinned],
  ["client.blocked", signals.blocked],
  ["client.connections.leaked", signals.leaked],
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

/** How many alarms stop publishers; null while no node says. */
export function alarmsOf(nodes: readonly BrokerNode[]): number | null {
  if (nodes.every((node) => node.memoryAlarm === null && node.diskAlarm === null)) return null;
  return nodes.reduce((sum, node) => sum + Number(node.memoryAlarm === true) + Number(node.diskAlarm === true), 0);
}

/** The nodes whose alarms stop publishers, by name. */
export function alarmContext(nodes: readonly BrokerNode[]): Context {
  const named = (has: (node: BrokerNode) => boolean | null): string | null =>
    nodes
      .filter((node) => has(node) === true)
      .map((node) => node.name)
      .join(", ") || null;
  return { memoryAlarm: named((node) => node.memoryAlarm), diskAlarm: named((node) => node.diskAlarm) };
}
