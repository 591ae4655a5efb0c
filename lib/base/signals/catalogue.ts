import type { Labels } from "@/lib/base/signals/labels";

/**
 * The one vocabulary for charts, rules, API and /metrics.
 *
 * A signal is stored in one of three ways: a `sampled` signal is one value of its object's wide row (storage/samples), a
 * `counted` one is counted from session rows, a `minutes` one is one value of a client's minute row.
 */
export type ObjectKind = "broker" | "node" | "queue" | "jobs" | "source" | "runner" | "client" | "webhook";
export type Unit = "count" | "seconds" | "per-minute" | "state" | "milliseconds";

export interface Signal {
  readonly name: string;
  readonly unit: Unit;
  readonly kind: ObjectKind;
  readonly stored: "sampled" | "counted" | "minutes";
  /** The labels that every instance carries, and no others. */
  readonly labels: readonly string[];
  /** The place of its value in a stored row, from 1 as SQL counts; null where it is counted from sessions. */
  readonly place: number | null;
  /** Added up over a bucket of a chart rather than averaged: each poll reports how many were new. */
  readonly summed: boolean;
}

/** The order is the order of values in a stored row: append only, never reorder or remove. */
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
    ["broker.restart.recovery", "state"],
    ["broker.partitions", "count"],
    ["broker.unroutable", "count"],
    ["broker.channels.opened", "per-minute"],
    ["broker.certificates.days", "count"],
    ["broker.features.deprecated", "count"],
    ["broker.features.disabled", "count"],
  ],
  queue: [
    ["queue.ready", "count"],
    ["queue.unacked", "count"],
    ["queue.consumers", "count"],
    ["queue.retry.backlog", "count"],
    ["queue.deadletter.backlog", "count"],
    ["queue.consumers.missing", "state"],
    ["queue.unavailable", "state"],
    ["queue.consumers.idle", "state"],
    ["queue.backlog.growing", "state"],
    ["queue.deadletter.arrived", "count"],
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
    ["jobs.failing", "count"],
    ["jobs.scheduled", "count"],
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
    ["application.publish.failing", "seconds"],
    ["application.gone", "seconds"],
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
  node: [
    ["node.memory.alarm.in", "seconds"],
    ["node.disk.alarm.in", "seconds"],
    ["node.descriptors.full.in", "seconds"],
    ["node.resources.used", "count"],
  ],
  webhook: [
    ["webhook.waiting", "count"],
    ["webhook.dead", "count"],
    ["webhook.failing", "seconds"],
  ],
} as const satisfies Record<string, readonly (readonly [string, Unit])[]>;

/** The values of a client's minute row, in their order: append only, never reorder or remove. */
export const CLIENT_MINUTES = [
  ["client.heartbeat.silence", "seconds"],
  ["client.heartbeat.missed", "count"],
  ["client.lost", "state"],
  ["client.absent", "seconds"],
  ["client.consumers.missing", "seconds"],
  ["client.consumers.idle", "seconds"],
  ["client.publish.silent", "seconds"],
  ["client.unacked.pinned", "seconds"],
  ["client.blocked", "seconds"],
  ["client.connections.leaked", "count"],
  ["client.connections.opened", "per-minute"],
  ["client.replicas.missing", "state"],
] as const satisfies readonly (readonly [string, Unit])[];

export type SampledKind = keyof typeof SAMPLED;
export type ClientMinuteSignal = (typeof CLIENT_MINUTES)[number][0];
type StoredSignal = (typeof SAMPLED)[SampledKind][number][0] | ClientMinuteSignal;

const SAMPLED_KINDS: readonly SampledKind[] = ["broker", "queue", "jobs", "source", "runner", "node", "webhook"];
const SUMMED: readonly string[] = ["broker.sessions.unseen"];

const LABELS: Record<ObjectKind, readonly string[]> = {
  broker: ["broker"],
  node: ["broker", "node"],
  queue: ["broker", "vhost", "queue"],
  jobs: ["source", "queue"],
  source: ["source"],
  runner: ["source", "runner"],
  client: ["broker", "vhost", "client", "clientId"],
  webhook: ["webhook"],
};

const inRows = (
  kind: ObjectKind,
  stored: "sampled" | "minutes",
  values: readonly (readonly [string, Unit])[],
): readonly Signal[] =>
  values.map(([name, unit], at) => ({
    name,
    unit,
    kind,
    stored,
    labels: LABELS[kind],
    place: at + 1,
    summed: SUMMED.includes(name),
  }));

const counted = (name: string, kind: ObjectKind, labels: readonly string[]): Signal => ({
  name,
  unit: "count",
  kind,
  stored: "counted",
  labels,
  place: null,
  summed: true,
});

export const SIGNALS: readonly Signal[] = [
  ...SAMPLED_KINDS.flatMap((kind) => inRows(kind, "sampled", SAMPLED[kind])),
  counted("broker.heartbeat.ends", "broker", ["broker"]),
  counted("broker.reconnects", "broker", ["broker"]),
  counted("client.reconnects", "client", ["broker", "client"]),
  ...inRows("client", "minutes", CLIENT_MINUTES),
];

const BY_NAME: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [signal.name, signal]));

export const signalNamed = (name: string): Signal | null => BY_NAME.get(name) ?? null;

/** The place of a signal's value in its stored row, from 1 as SQL counts. Throws for one that is counted from sessions. */
export function placeOf(signal: Signal | StoredSignal): number {
  const place = (typeof signal === "string" ? signalNamed(signal) : signal)?.place ?? null;
  if (place === null) throw new Error("a counted signal has no place in a stored row");
  return place;
}

/** The value of one signal at one instant, as rules evaluate it. `value: null` is "not measured". */
export interface Measurement {
  readonly signal: string;
  readonly labels: Labels;
  readonly value: number | null;
}

/** One object's wide row for one poll: values in the order of `SAMPLED[kind]`, null where not measured. */
export interface Sample {
  readonly kind: SampledKind;
  readonly labels: Labels;
  readonly values: readonly (number | null)[];
}
