import type { Labels } from "@/lib/base/signals/labels";

/**
 * The one vocabulary for charts, rules, API and /metrics.
 *
 * A signal is stored in one of three ways: `sampled` signals are one place in an object's wide row
 * (storage/samples), `counted` ones are counted from session rows, `minutes` ones only exist as client minute rollups.
 */
export type ObjectKind = "broker" | "queue" | "jobs" | "source" | "runner" | "client" | "webhook";
export type Unit = "count" | "seconds" | "per-minute" | "state" | "milliseconds";

export interface Signal {
  readonly name: string;
  readonly unit: Unit;
  readonly kind: ObjectKind;
  readonly stored: "sampled" | "counted" | "minutes";
  /** The labels every instance carries, besides none. */
  readonly labels: readonly string[];
}

/**
 * The order is the order of values in a stored row: append only, never reorder or remove.
 * Labels: broker and its queues by id/vhost/name, clients by their id, job rows by source and queue, runners and webhooks by id.
 */
export const SAMPLED = {
  broker: [
    ["broker.up", "state"],
    ["broker.connections", "count"],
    ["broker.clients.connected", "count"],
    ["broker.clients.late", "count"],
    ["broker.clients.blocked", "count"],
    ["broker.clients.absent", "count"],
    ["broker.clients.lost", "count"],
    ["broker.sessions.unseen", "count"],
    ["broker.poll.duration", "milliseconds"],
    ["broker.opened", "per-minute"],
    ["broker.closed", "per-minute"],
    ["broker.alarms", "count"],
    ["broker.clients.missing", "count"],
    ["broker.nodes.down", "count"],
  ],
  queue: [
    ["queue.ready", "count"],
    ["queue.unacked", "count"],
    ["queue.consumers", "count"],
    ["queue.retry.backlog", "count"],
    ["queue.deadletter.backlog", "count"],
  ],
  jobs: [
    ["jobs.queued", "count"],
    ["jobs.running", "count"],
    ["jobs.retry.due", "count"],
    ["jobs.retry.later", "count"],
    ["jobs.failed", "count"],
    ["jobs.done", "count"],
    ["jobs.oldest.age", "seconds"],
    ["jobs.conflicts", "count"],
    ["jobs.retry.stalled", "seconds"],
    ["jobs.stuck", "count"],
    ["jobs.retry.starved", "seconds"],
    ["jobs.conflict.loop", "seconds"],
    ["jobs.untaken", "seconds"],
    ["jobs.throughput", "per-minute"],
    ["pipeline.unconsumed", "seconds"],
    ["pipeline.disconnected", "seconds"],
    ["subscriber.publish.silent", "seconds"],
    ["jobs.orphans", "count"],
    ["jobs.open", "count"],
  ],
  source: [
    ["jobs.source.up", "state"],
    ["runners.present", "count"],
    ["runners.short", "count"],
    ["application.redialing", "seconds"],
    ["application.broken", "seconds"],
    ["jobs.leader.absent", "seconds"],
    ["application.config.findings", "count"],
    ["jobs.source.behind", "seconds"],
  ],
  runner: [
    ["runner.contact.age", "seconds"],
    ["runner.jobs.running", "count"],
    ["runner.silent", "state"],
    ["runner.deaf", "state"],
    ["runner.stuck", "state"],
    ["runner.bouncing", "state"],
    ["runner.missing", "state"],
  ],
  webhook: [
    ["webhook.waiting", "count"],
    ["webhook.dead", "count"],
    ["webhook.failing", "seconds"],
  ],
} as const satisfies Record<string, readonly (readonly [string, Unit])[]>;

const LABELS: Record<ObjectKind, readonly string[]> = {
  broker: ["broker"],
  queue: ["broker", "vhost", "queue"],
  jobs: ["source", "queue"],
  source: ["source"],
  runner: ["source", "runner"],
  client: ["broker", "vhost", "client", "clientId"],
  webhook: ["webhook"],
};

const COUNTED: readonly Signal[] = [
  { name: "broker.heartbeat.ends", unit: "count", kind: "broker", stored: "counted", labels: ["broker"] },
  { name: "broker.reconnects", unit: "count", kind: "broker", stored: "counted", labels: ["broker"] },
  { name: "client.reconnects", unit: "count", kind: "client", stored: "counted", labels: ["broker", "client"] },
];

const MINUTES: readonly Signal[] = [
  { name: "client.heartbeat.silence", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.heartbeat.missed", unit: "count", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.lost", unit: "state", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.absent", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.consumers.missing", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.consumers.idle", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.publish.silent", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.unacked.pinned", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.blocked", unit: "seconds", kind: "client", stored: "minutes", labels: LABELS.client },
  { name: "client.connections.leaked", unit: "count", kind: "client", stored: "minutes", labels: LABELS.client },
];

export const SIGNALS: readonly Signal[] = [
  ...Object.entries(SAMPLED).flatMap(([kind, list]) =>
    list.map(([name, unit]): Signal => {
      const of = kind as keyof typeof SAMPLED;
      return { name, unit, kind: of, stored: "sampled", labels: LABELS[of] };
    }),
  ),
  ...COUNTED,
  ...MINUTES,
];

const BY_NAME: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [signal.name, signal]));

export const signalNamed = (name: string): Signal | null => BY_NAME.get(name) ?? null;

/** One reading of one signal at one instant, as rules see it. `value: null` is "not measured". */
export interface Measurement {
  readonly signal: string;
  readonly labels: Labels;
  readonly value: number | null;
}

/** One object's wide row for one poll: values in the order of `SAMPLED[kind]`, null where not measured. */
export interface Sample {
  readonly kind: keyof typeof SAMPLED;
  readonly labels: Labels;
  readonly values: readonly (number | null)[];
}
