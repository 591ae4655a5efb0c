// What one poll of the management API answered, parsed. null is "not measured" everywhere.

export interface Connection {
  /** `host:port -> host:port`; repeats when an ephemeral port is reused, so it does not identify a connection. */
  readonly name: string;
  readonly userProvidedName: string | null;
  readonly product: string | null;
  readonly productVersion: string | null;
  readonly platform: string | null;
  readonly protocol: string | null;
  readonly vhost: string;
  readonly user: string;
  readonly node: string | null;
  readonly peerHost: string | null;
  readonly state: string | null;
  /** Negotiated heartbeat in seconds; 0 = off. */
  readonly timeoutSeconds: number | null;
  /** Epoch ms of the broker's clock. */
  readonly connectedAtMs: number | null;
  readonly recvOct: number | null;
  readonly sendOct: number | null;
  /** The row has neither client properties nor statistics: without a connection name here, the client may have one. */
  readonly namesOnly?: true;
  /** When a connection without connectedAtMs was first listed, by our clock. */
  readonly firstListedMs?: number;
}

export interface Consumer {
  /**
   * null: the row has no channel details, so whose it is is not known: each consumer of AMQP 1.0 (measured on 4.3.6), and those
   * of other clients for a moment.
   */
  readonly connection: string | null;
  readonly queue: string;
  readonly tag: string;
}

/** One channel's numbers, cumulative since it was opened. null: it has no statistics (yet). */
export interface Channel {
  readonly name: string;
  /** Name of its connection. */
  readonly connection: string;
  readonly consumers: number | null;
  /** For each consumer of the channel; 0 = no limit. */
  readonly prefetch: number | null;
  /** For all consumers of the channel together; 0 = no limit. */
  readonly globalPrefetch: number | null;
  readonly unacked: number | null;
  readonly published: number | null;
  readonly delivered: number | null;
  readonly acked: number | null;
  /** Published messages that no queue got: returned or dropped. */
  readonly unroutable?: number | null;
}

export interface BrokerNode {
  readonly name: string;
  readonly running: boolean;
  readonly memoryUsedBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly memoryAlarm: boolean | null;
  readonly diskAlarm: boolean | null;
  /** Absent as well: not measured. */
  readonly resources?: NodeResources;
  /** Nodes that this one has been cut off from; null: not measured. */
  readonly partitions?: readonly string[] | null;
  /** Falls when the node restarts; absent during the first 5 s after a restart (measured on RabbitMQ 3.10.8). */
  readonly uptimeMs: number | null;
}

/** null: not measured, or without a limit (4.3.6 has none for sockets). Memory is limited by its watermark. */
export interface NodeResources {
  readonly fileDescriptors: UsedOf | null;
  readonly sockets: UsedOf | null;
  readonly processes: UsedOf | null;
  readonly memoryBytes: UsedOf | null;
  /** What is free, and the limit below which the disk alarm is raised. */
  readonly diskFreeBytes: UsedOf | null;
}

export interface UsedOf {
  readonly used: number;
  readonly limit: number;
}

export interface Overview {
  readonly version: string | null;
  readonly clusterName: string | null;
  readonly connections: number | null;
  /** All queues, also those that this user may not see. */
  readonly queues?: number | null;
  /** Cumulative since the node started, probes excluded. Absent for 5 s after a restart. */
  readonly connectionsCreated: number | null;
  readonly connectionsClosed: number | null;
  readonly openedPerSecond: number | null;
  readonly closedPerSecond: number | null;
  readonly channelsOpenedPerSecond?: number | null;
  /** Messages that no queue got: returned to the publisher, or dropped; cumulative. null: not counted. */
  readonly unroutable?: number | null;
  /** Whether a listener uses TLS; null: not listed. */
  readonly hasTlsListener?: boolean | null;
  readonly statsDisabled: boolean;
  /** `rates_mode` is `none`: there are no rates, and no counters of messages (measured on 3.10.8 and 4.3.6). */
  readonly ratesDisabled: boolean;
  readonly simulated: boolean;
}

export interface QueueCounters {
  readonly published: number;
  /** Deliveries and gets, redeliveries included. */
  readonly delivered: number;
  readonly acked: number;
  /** Delivered or fetched without acknowledgement. */
  readonly unacknowledging: number;
}

/** null is never 0: RabbitMQ omits what it does not know. */
export interface Queue {
  readonly broker: string;
  readonly vhost: string;
  readonly name: string;
  /** classic, quorum, stream. */
  readonly type: string | null;
  readonly state: string | null;
  readonly durable: boolean | null;
  readonly exclusive: boolean | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** `effective_policy_definition`: user and operator policy merged, without the queue's own arguments. */
  readonly effectivePolicy: Readonly<Record<string, unknown>>;
  readonly ready: number | null;
  readonly unacked: number | null;
  readonly consumers: number | null;
  /**
   * Messages that a quorum queue of RabbitMQ 4.3 delays before the next attempt, not among the ready ones
   * (`messages_delayed`; rabbit_fifo.erl of 4.3.5, messages_ready_plus_delayed). null: older, or not a quorum queue.
   */
  readonly delayed: number | null;
  /** Messages per second. */
  readonly rates: {
    readonly publish: number | null;
    readonly deliver: number | null;
    readonly ack: number | null;
  };
  /** Cumulative since the queue, or its node, started; null: no statistics. */
  readonly counters: QueueCounters | null;
  /** Nodes with a replica of a quorum queue or a stream, and those whose replica runs; null for other queues. */
  readonly members: readonly string[] | null;
  /** Exact for quorum queues. For streams RabbitMQ 3.10.8 still lists the replica of a node that was killed. */
  readonly online: readonly string[] | null;
  /** The publisher's own timestamp of the head message, Unix seconds; absent for quorum queues and streams. */
  readonly headMessageTimestampSeconds: number | null;
}

export interface Exchange {
  readonly vhost: string;
  readonly name: string;
  /** direct, fanout, topic, headers, or a plugin's own. */
  readonly type: string;
  /** The alternate exchange in force, null without one; undefined where a policy applies that could not be read. */
  readonly alternate: string | null | undefined;
}

export interface Binding {
  readonly vhost: string;
  /** The exchange; "" is the default exchange, which has a binding for each queue under its name. */
  readonly source: string;
  readonly destination: string;
  readonly to: "queue" | "exchange";
  readonly routingKey: string;
}
