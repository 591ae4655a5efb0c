/** What one poll of the management API said, parsed. null is "not measured" everywhere. */
export interface Connection {
  /** `host:port -> host:port`; repeats when an ephemeral port is reused, so it identifies nothing by itself. */
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
}

export interface Consumer {
  readonly connection: string;
  readonly queue: string;
  readonly tag: string;
}

/** One channel's numbers, cumulative since it was opened. null: its statistics are not there (yet). */
export interface Channel {
  readonly name: string;
  /** Name of the connection it runs on. */
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
}

export interface BrokerNode {
  readonly name: string;
  readonly running: boolean;
  readonly memoryUsedBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly memoryAlarm: boolean | null;
  readonly diskAlarm: boolean | null;
  /** Falls when the node restarts; absent during the first 5 s after one (measured on RabbitMQ 3.10.8). */
  readonly uptimeMs: number | null;
}

export interface Overview {
  readonly version: string | null;
  readonly clusterName: string | null;
  readonly connections: number | null;
  /** Cumulative since the node started, probes excluded. Absent for 5 s after a restart. */
  readonly connectionsCreated: number | null;
  readonly connectionsClosed: number | null;
  readonly openedPerSecond: number | null;
  readonly closedPerSecond: number | null;
  readonly statsDisabled: boolean;
  readonly simulated: boolean;
}
