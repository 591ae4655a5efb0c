import type { Reason } from "@/lib/base/messages/reason";
import type { Labels } from "@/lib/base/signals/labels";
import { type ChecksMemory, NO_CHECKS } from "@/lib/collector/broker/derive/checks";
import type { NodeTrends } from "@/lib/collector/broker/derive/node-trends";
import { NOT_STALE, type Staleness } from "@/lib/collector/broker/derive/stale-cache";
import { NO_UNROUTABLE, type UnroutableMemory } from "@/lib/collector/broker/derive/unroutable";
import type { BrokerNode, Consumer, Overview, Queue } from "@/lib/rabbitmq/api/broker";
import type { Reach } from "@/lib/rabbitmq/api/reach";
import { type ActivityMemory, NO_ACTIVITY } from "@/lib/rabbitmq/clients/activity";
import { type ChurnMemory, NO_CHURN } from "@/lib/rabbitmq/clients/churn";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { NONE_OPENED, type OpenedConnections } from "@/lib/rabbitmq/clients/opened";
import type { RestartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";
import type { SilenceLog } from "@/lib/rabbitmq/clients/silence";
import type { BrokerEvent, PushStatus } from "@/lib/rabbitmq/events/event";
import { type FindingsSince, NOT_CHECKED } from "@/lib/rabbitmq/queues/findings-since";
import type { HeadOfQueue } from "@/lib/rabbitmq/queues/head-of-queue";
import type { ProgressMemory } from "@/lib/rabbitmq/queues/progress";
import type { Topology } from "@/lib/rabbitmq/queues/topology";
import type { CloseReasonMemory } from "@/lib/rabbitmq/sessions/close-reasons";
import type { HeartbeatEnds } from "@/lib/rabbitmq/sessions/heartbeat-ends";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import { type RecentlyEnded, recentlyEndedOf } from "@/lib/rabbitmq/sessions/track";
import type { ClientMinute } from "@/lib/storage/samples/samples";

/** The memory of one broker between two polls. Replaced as a whole once a tick is saved. */
export interface BrokerMemory {
  readonly broker: string;
  readonly reach: Reach;
  readonly clients: ReadonlyMap<string, Client>;
  readonly open: ReadonlyMap<string, Session>;
  /** The latest restart that disconnected clients, and which are back; null when none is known. */
  readonly restartRecovery: RestartRecovery | null;
  /** Sessions that ended within the last minutes, by id. */
  readonly recentlyEnded: RecentlyEnded;
  /** Of the last ten minutes; empty after a restart of Lastbeat. */
  readonly heartbeatEndsMs: HeartbeatEnds;
  readonly closeReasons: CloseReasonMemory;
  /** Nodes that announced a stop, and when; "" for the node of our own connection. */
  readonly stopAnnouncedMs: ReadonlyMap<string, number>;
  /** The latest refused logins. */
  readonly refusals: readonly Extract<BrokerEvent, { kind: "refused" }>[];
  readonly pushStatus: PushStatus;
  /** When the log exchange last reached us: now, or when it broke off. */
  readonly logFlowedMs: number | null;
  /** When the last successful poll was started; its tick came later, after the answer and the ticks before it. */
  readonly lastRequestMs: number | null;
  /** Sessions that opened since the last poll, according to events. */
  readonly openedUnpolled: number;
  readonly nodes: readonly BrokerNode[];
  /** The last known uptime of each node, also of one that is down. */
  readonly uptimesMs: ReadonlyMap<string, number>;
  /** By node: when its statistics last moved, and so whether those of its connections are fresh. */
  readonly statsFreshness: ReadonlyMap<string, StatsFreshness>;
  readonly staleness: Staleness;
  readonly overview: Overview | null;
  /** The last poll listed every connection, at least by name. */
  readonly allNamed: boolean;
  readonly queues: readonly Queue[];
  /** The queues of Lastbeat itself, which are in no list or count unless asked for. */
  readonly ownQueues: readonly Queue[];
  /** Labels of the queues whose end would be noticed: those listed, and after a restart of ours those with open alerts. */
  readonly knownQueues: readonly Labels[];
  /** Consumers at the last poll; null: not read, or more than are stored. */
  readonly consumers: readonly Consumer[] | null;
  /** Keys of queues that have ever had consumers: their role does not change when the consumers die. */
  readonly everConsumed: ReadonlySet<string>;
  /** Exchanges and bindings; null: not read yet, or this user may not see them. */
  readonly topology: Topology | null;
  /** When exchanges and bindings were last requested, successfully or not. */
  readonly topologyRequestedMs: number | null;
  readonly headsOfQueue: ReadonlyMap<string, HeadOfQueue>;
  readonly findingsSince: FindingsSince;
  readonly progress: ProgressMemory;
  readonly nodeTrends: ReadonlyMap<string, NodeTrends>;
  readonly unroutable: UnroutableMemory;
  readonly checks: ChecksMemory;
  readonly churn: ChurnMemory;
  readonly activity: ActivityMemory;
  readonly opened: OpenedConnections;
  readonly minute: ClientMinutes;
  /** The last hour of silence by client, for the page of that client. Not stored. */
  readonly silence: ReadonlyMap<string, SilenceLog>;
  readonly lastPollMs: number | null;
  readonly pollDurationMs: number | null;
  readonly pollIntervalMs: number;
  /** Bytes that the last poll read, unpacked; null before the first. */
  readonly pollBytes: number | null;
  /** The answer of each endpoint at the last poll. */
  readonly answers: readonly EndpointCost[];
  readonly unreadable: number;
  readonly failuresInRow: number;
}

export interface StatsFreshness {
  /** When the node's uptime last moved. */
  readonly movedMs: number;
  /** When it moved again after it had stopped; null: it never stopped. */
  readonly resumedMs: number | null;
  /** By how much it moved the last times: whole statistics intervals, of which a poll may skip some. */
  readonly stepsMs: readonly number[];
}

/** One endpoint of a broker at the last poll. `rows` is null where the request failed, or the answer is no list. */
export interface EndpointCost {
  readonly what: "overview" | "connections" | "nodes" | "consumers" | "queues";
  readonly reason: Reason | null;
  readonly rows: number | null;
}

/** The worst values of the current minute for each client in trouble; written once the minute is over. */
export interface ClientMinutes {
  readonly minuteMs: number;
  readonly rows: ReadonlyMap<string, ClientMinute>;
}

/** A tag is up to 255 bytes; the tags of more consumers would be megabytes, stored for the sake of a few joins. */
const CONSUMERS_MAX = 10_000;

export const storedConsumers = (consumers: readonly Consumer[] | null): readonly Consumer[] | null =>
  consumers === null || consumers.length > CONSUMERS_MAX ? null : consumers;

const OFF_STATUS = { is: "off", sinceMs: 0, unreadable: 0, reason: null } as const;
/** Without an amqpUrl the broker pushes nothing. */
export const NO_PUSH: PushStatus = { events: OFF_STATUS, log: OFF_STATUS };

/** The memory of a broker before its first poll, with the clients and sessions that are stored. */
export function firstMemory(
  broker: string,
  pollIntervalMs: number,
  nowMs: number,
  stored: {
    readonly clients: readonly Client[];
    readonly sessions: readonly Session[];
    readonly ended?: readonly Session[];
    /** Labels of queues with open alerts. */
    readonly alerted?: readonly Labels[];
    readonly everConsumed?: ReadonlySet<string>;
  },
): BrokerMemory {
  return {
    broker,
    reach: { is: "starting", sinceMs: nowMs, reason: null },
    clients: new Map(stored.clients.map((client) => [client.id, client])),
    open: new Map(stored.sessions.map((session) => [session.id, session])),
    restartRecovery: null,
    recentlyEnded: recentlyEndedOf(stored.ended ?? [], nowMs),
    heartbeatEndsMs: new Map(),
    closeReasons: new Map(),
    stopAnnouncedMs: new Map(),
    refusals: [],
    pushStatus: NO_PUSH,
    logFlowedMs: null,
    lastRequestMs: null,
    openedUnpolled: 0,
    nodes: [],
    uptimesMs: new Map(),
    statsFreshness: new Map(),
    staleness: NOT_STALE,
    overview: null,
    allNamed: true,
    queues: [],
    ownQueues: [],
    knownQueues: stored.alerted ?? [],
    consumers: null,
    everConsumed: stored.everConsumed ?? new Set(),
    topology: null,
    topologyRequestedMs: null,
    headsOfQueue: new Map(),
    findingsSince: NOT_CHECKED,
    progress: new Map(),
    nodeTrends: new Map(),
    unroutable: NO_UNROUTABLE,
    checks: NO_CHECKS,
    churn: NO_CHURN,
    activity: NO_ACTIVITY,
    opened: NONE_OPENED,
    minute: { minuteMs: 0, rows: new Map() },
    silence: new Map(),
    lastPollMs: null,
    pollDurationMs: null,
    pollIntervalMs,
    pollBytes: null,
    answers: [],
    unreadable: 0,
    failuresInRow: 0,
  };
}
