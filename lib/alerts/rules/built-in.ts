import type { Rule } from "@/lib/alerts/model/rule";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

const base = {
  match: [],
  condition: { kind: "value" },
  comparison: "above",
  warning: null,
  critical: null,
  forMs: 0,
  keepFiringMs: 0,
  clearAt: null,
  enabled: true,
  inferred: false,
  origin: "built-in",
  path: null,
} as const satisfies Partial<Rule>;

/**
 * The rules every installation starts with. Thresholds are in the signal's own unit; `forMs` in milliseconds.
 * A rule of the same id in the file or made in the page goes before these (`rulesInForce`).
 */
export const BUILT_IN_RULES: readonly Rule[] = [
  // One missed interval is all the warning there is: the broker closes within 2 to 3 intervals of the last byte
  // (rabbit_heartbeat, measured on RabbitMQ 3.10.8). At two missed, its next look closes the connection. The
  // measurement already allows for old numbers, so waiting any longer would only spend the warning time.
  { ...base, id: "heartbeat-late", signal: "client.heartbeat.missed", warning: 1, critical: 2, inferred: true },
  // The value is "reconnects in the last 10 minutes", so it falls only as they age. Below one means ten quiet
  // minutes: letting go at two would fire again with every second reconnect of a client that is still flapping.
  { ...base, id: "client-flapping", signal: "client.reconnects", warning: 3, critical: 6, clearAt: 1 },
  { ...base, id: "client-lost", signal: "client.lost", critical: 1, inferred: true },
  // A retry queue breathes: five minutes outlast one batch of retries falling due together.
  {
    ...base,
    id: "retry-backlog",
    signal: "jobs.retry.due",
    warning: 100,
    critical: 10_000,
    forMs: 5 * MINUTE,
    clearAt: 50,
  },
  // The value is itself a duration (how long due retries have not fallen), so no further holding.
  { ...base, id: "retry-not-draining", signal: "jobs.retry.stalled", warning: 300, critical: 600 },
  // Half as long as a backlog that stands still for no known reason: no retry of it can ever be stored.
  { ...base, id: "retry-conflict-loop", signal: "jobs.conflict.loop", critical: 300, inferred: true },
  // Bitmagnet's pick sorts all that is due: 0.3 s of it at 100,000 rows, 4 s at a million (measured, PostgreSQL 15).
  {
    ...base,
    id: "open-rows",
    signal: "jobs.open",
    warning: 100_000,
    critical: 1_000_000,
    forMs: 5 * MINUTE,
    clearAt: 90_000,
  },
  // A worker that polls every 30 s has passed by ten times; Kyoo's wakes only when told.
  { ...base, id: "jobs-not-taken", signal: "jobs.untaken", warning: 300, critical: 600, inferred: true },
  // The systems' own watchdogs come by within minutes: what they leave behind stays.
  { ...base, id: "jobs-orphaned", signal: "jobs.stuck", warning: 1, forMs: 5 * MINUTE, inferred: true },
  // PeerTube releases the children of a job as it ends; who still waits after five minutes is forgotten.
  { ...base, id: "jobs-orphan-child", signal: "jobs.orphans", warning: 1, forMs: 5 * MINUTE },
  { ...base, id: "runner-silent", signal: "runner.silent", critical: 1 },
  { ...base, id: "runner-stuck", signal: "runner.stuck", critical: 1 },
  { ...base, id: "runner-deaf", signal: "runner.deaf", warning: 1, inferred: true },
  { ...base, id: "runner-bouncing", signal: "runner.bouncing", warning: 1, inferred: true },
  // A deployment replaces its workers within a minute or two.
  { ...base, id: "runner-missing", signal: "runner.missing", warning: 1, forMs: 2 * MINUTE },
  { ...base, id: "runners-short", signal: "runners.short", warning: 1, forMs: 2 * MINUTE },
  // Three polls at the default five seconds: a broker that restarts a listener is not an incident.
  {
    ...base,
    id: "broker-unreachable",
    signal: "broker.up",
    comparison: "below",
    critical: 1,
    forMs: 15 * SECOND,
  },
  {
    ...base,
    id: "source-unreachable",
    signal: "jobs.source.up",
    comparison: "below",
    warning: 1,
    forMs: MINUTE,
  },
  // A standby that replays keeps within seconds; a long query may hold it up for `max_standby_streaming_delay`, 30 s.
  { ...base, id: "source-behind", signal: "jobs.source.behind", warning: 60, critical: 600, forMs: MINUTE },
  // The values are durations themselves (for how many seconds it has been so), so no further holding.
  { ...base, id: "client-not-consuming", signal: "client.consumers.missing", critical: 60, inferred: true },
  { ...base, id: "client-consumers-gone", signal: "client.consumers.idle", warning: 300, inferred: true },
  {
    ...base,
    id: "client-publish-silent",
    signal: "client.publish.silent",
    warning: 300,
    critical: 900,
    inferred: true,
  },
  // RabbitMQ closes the channel after `consumer_timeout`, 30 min by default: critical at four fifths of it.
  { ...base, id: "client-unacked-pinned", signal: "client.unacked.pinned", warning: 600, critical: 1_440 },
  { ...base, id: "client-blocked", signal: "client.blocked", critical: 30 },
  // Beyond the usual number, and counted only where that has more than doubled.
  {
    ...base,
    id: "client-connections-leaked",
    signal: "client.connections.leaked",
    warning: 20,
    critical: 100,
    inferred: true,
  },
  // Clients whom the broker took along and whose library has given up by now: one alert for all of them.
  { ...base, id: "clients-not-back", signal: "broker.clients.missing", critical: 1, inferred: true },
  { ...base, id: "broker-alarm", signal: "broker.alarms", critical: 1 },
  // Three polls at the default: a cluster that gives up a hung node lists it without its numbers for one (measured).
  { ...base, id: "node-down", signal: "broker.nodes.down", critical: 1, forMs: 15 * SECOND },
  // Durations again. Two polls of the least interval of 15 s: a broker that restarts is back by then. RoadRunner gives
  // a redial up after 60 s (redial_timeout): what holds the answer for twice that will not let it go by itself.
  {
    ...base,
    id: "application-redialing",
    signal: "application.redialing",
    warning: 30,
    critical: 120,
    inferred: true,
  },
  { ...base, id: "pipeline-broken", signal: "application.broken", critical: 30 },
  // Statistics of queues lag by 5 s and polls by 15: a consumer that is only late is told by then.
  { ...base, id: "pipeline-not-consuming", signal: "pipeline.unconsumed", critical: 60, inferred: true },
  // The give-up time of RoadRunner (60 s) and a minute on.
  { ...base, id: "pipeline-gave-up", signal: "pipeline.disconnected", critical: 120, inferred: true },
  // The value starts at half a minute, and beyond three times the usual gap between two publications.
  {
    ...base,
    id: "subscriber-publish-silent",
    signal: "subscriber.publish.silent",
    warning: 60,
    critical: 900,
    inferred: true,
  },
  // Those in line try for the lock every 5 s: after a minute there is nobody in line.
  { ...base, id: "leader-absent", signal: "jobs.leader.absent", critical: 60 },
  // Told through the other webhooks. A receiver that restarts is back within five minutes; what is dead stays unread
  // until somebody looks.
  { ...base, id: "webhook-failing", signal: "webhook.failing", warning: 300, critical: 3_600 },
  { ...base, id: "webhook-dead", signal: "webhook.dead", critical: 1 },
];
