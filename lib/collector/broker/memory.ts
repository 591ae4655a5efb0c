import type { Reason } from "@/lib/base/messages/reason";
import { NOT_STALE, type Staleness } from "@/lib/collector/broker/derive/stale-cache";
import type { BrokerNode, Consumer, Overview, Queue } from "@/lib/rabbitmq/api/broker";
import type { Reach } from "@/lib/rabbitmq/api/reach";
import { type ActivityMemory, NO_ACTIVITY } from "@/lib/rabbitmq/clients/activity";
import { type ChurnMemory, NO_CHURN } from "@/lib/rabbitmq/clients/churn";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { RestartRecovery } from "@/lib/rabbitmq/clients/restart-recovery";
import type { SilenceLog } from "@/lib/rabbitmq/clients/silence";
import type { BrokerEvent, PushStatus } from "@/lib/rabbitmq/events/event";
import { type FindingsSince, NOT_CHECKED } from "@/lib/rabbitmq/queues/findings-since";
import type { HeadOfQueue } from "@/lib/rabbitmq/queues/head-of-queue";
import type { Topology } from "@/lib/rabbitmq/queues/topology";
import type { CloseReasonMemory } from "@/lib/rabbitmq/sessions/close-reasons";
import type { HeartbeatEnds } from "@/lib/rabbitmq/sessions/heartbeat-ends";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { RecentlyEnded } from "@/lib/rabbitmq/sessions/track";
import type { ClientMinute } from "@/lib/storage/samples/samples";

/** All that Lastbeat remembers of one broker between two polls. Replaced as a whole once a tick is kept. */
export interface BrokerMemory {
  readonly broker: string;
  readonly reach: Reach;
  readonly clients: ReadonlyMap<string, Client>;
  readonly open: ReadonlyMap<string, Session>;
  /** The latest time the broker took clients along, and who is back; null when none is known. */
  readonly restartRecovery: RestartRecovery | null;
  /** Sessions that ended within the last minutes, by id. */
  readonly recentlyEnded: RecentlyEnded;
  /** Of the last ten minutes; a restart begins anew. */
  readonly heartbeatEndsMs: HeartbeatEnds;
  readonly closeReasons: CloseReasonMemory;
  /** Nodes that announced a stop, and when; "" for the node of our own connection. */
  readonly stopAnnouncedMs: ReadonlyMap<string, number>;
  /** The latest log-ins that were refused. */
  readonly refusals: readonly Extract<BrokerEvent, { kind: "refused" }>[];
  readonly pushStatus: PushStatus;
  /** When the log exchange was last known to reach us: now, or when it broke off. */
  readonly logFlowedMs: number | null;
  /** When the last poll that was answered was asked; its tick came later by the answer and by what went before it. */
  readonly lastRequestMs: number | null;
  /** Sessions that opened since the last poll, told by events. */
  readonly openedUnpolled: number;
  readonly nodes: readonly BrokerNode[];
  /** The last uptime each node told, also of one that is down by now. */
  readonly uptimesMs: ReadonlyMap<string, number>;
  /** By node: whether its numbers move, and so whether those of its connections are to be believed. */
  readonly statsFreshness: ReadonlyMap<string, StatsFreshness>;
  readonly staleness: Staleness;
  readonly overview: Overview | null;
  readonly queues: readonly Queue[];
  /** Who consumes which queue under which tag, at the last poll; null: not read, or more than are kept. */
  readonly consumers: readonly Consumer[] | null;
  /** Keys of queues that were consumed at some time: their role does not change when the consumers die. */
  readonly everConsumed: ReadonlySet<string>;
  /** Exchanges and bindings; null while they were not read yet, or this user may not see them. */
  readonly topology: Topology | null;
  /** When exchanges and bindings were last asked for, whatever came back. */
  readonly topologyRequestedMs: number | null;
  readonly headsOfQueue: ReadonlyMap<string, HeadOfQueue>;
  readonly findingsSince: FindingsSince;
  readonly churn: ChurnMemory;
  readonly activity: ActivityMemory;
  readonly minute: ClientMinutes;
  /** The last hour of silence by client, for the page of that client. Not stored. */
  readonly silence: ReadonlyMap<string, SilenceLog>;
  readonly lastPollMs: number | null;
  readonly pollDurationMs: number | null;
  readonly pollIntervalMs: number;
  /** What the last poll took over the network, unpacked; null before the first. */
  readonly pollBytes: number | null;
  /** How each endpoint answered at the last poll. */
  readonly answers: readonly EndpointCost[];
  readonly unreadable: number;
  readonly failuresInRow: number;
}

/** When a node's uptime last moved, and when it did so again after it had stood; null: it never stood. */
export interface StatsFreshness {
  readonly movedMs: number;
  readonly resumedMs: number | null;
}

/** One endpoint of a broker at the last poll. `rows` is null where it was refused, or answers no list. */
export interface EndpointCost {
  readonly what: "overview" | "connections" | "nodes" | "consumers" | "queues";
  readonly reason: Reason | null;
  readonly rows: number | null;
}

/** The worst of the present minute for each client in trouble; written once the minute is over. */
export interface ClientMinutes {
  readonly minuteMs: number;
  readonly rows: ReadonlyMap<string, ClientMinute>;
}

/** A tag is 255 bytes at most; of more consumers than this tags would be megabytes, kept for the sake of a few joins. */
const CONSUMERS_MAX = 10_000;

export const storedConsumers = (consumers: readonly Consumer[] | null): readonly Consumer[] | null =>
  consumers === null || consumers.length > CONSUMERS_MAX ? null : consumers;

const OFF_STATUS = { is: "off", sinceMs: 0, reason: null } as const;
/** No amqpUrl: nothing is pushed to us. */
export const NO_PUSH: PushStatus = { events: OFF_STATUS, log: OFF_STATUS };

/** A broker nobody has polled yet, with what earlier runs stored of it. */
export function firstMemory(
  broker: string,
  pollIntervalMs: number,
  nowMs: number,
  stored: {
    readonly clients: readonly Client[];
    readonly sessions: readonly Session[];
  },
): BrokerMemory {
  return {
    broker,
    reach: { is: "starting", sinceMs: nowMs, reason: null },
    clients: new Map(stored.clients.map((client) => [client.id, client])),
    open: new Map(stored.sessions.map((session) => [session.id, session])),
    restartRecovery: null,
    recentlyEnded: new Map(),
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
    queues: [],
    consumers: null,
    everConsumed: new Set(),
    topology: null,
    topologyRequestedMs: null,
    headsOfQueue: new Map(),
    findingsSince: NOT_CHECKED,
    churn: NO_CHURN,
    activity: NO_ACTIVITY,
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
