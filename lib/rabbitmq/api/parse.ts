import { z } from "zod";
import { done, failed, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import type {
  BrokerNode,
  Connection,
  Consumer,
  Overview,
  Queue,
  QueueCounters,
  UsedOf,
} from "@/lib/rabbitmq/api/broker";
import { mqttClientId } from "@/lib/rabbitmq/api/mqtt-client-id";

/** Absent, null and values of another type are all "not measured": RabbitMQ omits what it does not know yet. */
const count = z.number().nullable().catch(null).default(null);
const text = z.string().nullable().catch(null).default(null);
const flag = z.boolean().nullable().catch(null).default(null);
const nodeNames = z.array(z.string()).nullable().catch(null).default(null);
const rate = z
  .object({ rate: z.number() })
  .nullable()
  .catch(null)
  .default(null)
  .transform((details) => details?.rate ?? null);
/** Empty tables arrive as `[]` from older brokers, as "" from some, as `{}` from newer ones. */
const table = z.record(z.string(), z.unknown()).catch({}).default({});

const fromTable = (values: Record<string, unknown>, key: string): string | null => {
  const value = values[key];
  return typeof value === "string" && value !== "" ? value : null;
};

const ConnectionRow = z
  .object({
    name: z.string(),
    user_provided_name: text,
    client_properties: table,
    protocol: text,
    vhost: z.string().catch("").default(""),
    user: z.string().catch("").default(""),
    node: text,
    peer_host: text,
    state: text,
    timeout: count,
    connected_at: count,
    recv_oct: count,
    send_oct: count,
  })
  .transform(
    (row): Connection => ({
      name: row.name,
      userProvidedName:
        row.user_provided_name ??
        fromTable(row.client_properties, "connection_name") ??
        mqttClientId(fromTable(row.client_properties, "client_id")),
      product: fromTable(row.client_properties, "product"),
      productVersion: fromTable(row.client_properties, "version"),
      platform: fromTable(row.client_properties, "platform"),
      protocol: row.protocol,
      vhost: row.vhost,
      user: row.user,
      node: row.node,
      peerHost: row.peer_host,
      state: row.state,
      timeoutSeconds: row.timeout,
      connectedAtMs: row.connected_at,
      recvOct: row.recv_oct,
      sendOct: row.send_oct,
      // Statistics are off, before 4.2.6 (measured on 3.10.8).
      ...(row.protocol === null && row.connected_at === null ? { namesOnly: true } : {}),
    }),
  );

const ConsumerRow = z
  .object({
    consumer_tag: z.string(),
    queue: z.object({ name: z.string() }),
    // Empty as `{}` or, from older brokers, `[]`.
    channel_details: z
      .object({ connection_name: z.string().min(1).nullable().catch(null).default(null) })
      .catch({ connection_name: null })
      .default({ connection_name: null }),
  })
  .transform(
    (row): Consumer => ({
      connection: row.channel_details.connection_name,
      queue: row.queue.name,
      tag: row.consumer_tag,
    }),
  );

/** A limit of 0 is none: RabbitMQ 4.3.6 does not count sockets. */
const usedOf = (used: number | null, limit: number | null): UsedOf | null =>
  used === null || limit === null || limit <= 0 ? null : { used, limit };

const NodeRow = z
  .object({
    fd_used: count,
    fd_total: count,
    sockets_used: count,
    sockets_total: count,
    proc_used: count,
    proc_total: count,
    disk_free: count,
    disk_free_limit: count,
    partitions: nodeNames,
    name: z.string(),
    running: z.boolean().catch(false).default(false),
    mem_used: count,
    mem_limit: count,
    mem_alarm: flag,
    disk_free_alarm: flag,
    uptime: count,
  })
  .transform(
    (row): BrokerNode => ({
      name: row.name,
      running: row.running,
      memoryUsedBytes: row.mem_used,
      memoryLimitBytes: row.mem_limit,
      memoryAlarm: row.mem_alarm,
      diskAlarm: row.disk_free_alarm,
      uptimeMs: row.uptime,
      partitions: row.partitions,
      resources: {
        fileDescriptors: usedOf(row.fd_used, row.fd_total),
        sockets: usedOf(row.sockets_used, row.sockets_total),
        processes: usedOf(row.proc_used, row.proc_total),
        memoryBytes: usedOf(row.mem_used, row.mem_limit),
        diskFreeBytes: usedOf(row.disk_free, row.disk_free_limit),
      },
    }),
  );

const CHURN = {
  ...{ connection_created: count, connection_closed: count },
  ...{ connection_created_details: rate, connection_closed_details: rate, channel_created_details: rate },
};
const NO_CHURN = {
  ...{ connection_created: null, connection_closed: null },
  ...{ connection_created_details: null, connection_closed_details: null, channel_created_details: null },
};

const OverviewRow = z
  .object({
    rabbitmq_version: text,
    cluster_name: text,
    rates_mode: text,
    disable_stats: z.boolean().catch(false).default(false),
    lastbeat_simulated: z.boolean().catch(false).default(false),
    object_totals: z
      .object({ connections: count, queues: count })
      .catch({ connections: null, queues: null })
      .default({ connections: null, queues: null }),
    churn_rates: z.object(CHURN).catch(NO_CHURN).default(NO_CHURN),
    message_stats: z.object({ return_unroutable: count, drop_unroutable: count }).nullable().catch(null).default(null),
    listeners: z
      .array(z.object({ protocol: z.string() }))
      .nullable()
      .catch(null)
      .default(null),
  })
  .transform(
    (row): Overview => ({
      version: row.rabbitmq_version,
      clusterName: row.cluster_name,
      connections: row.object_totals.connections,
      queues: row.object_totals.queues,
      connectionsCreated: row.churn_rates.connection_created,
      connectionsClosed: row.churn_rates.connection_closed,
      // Without rates each is 0.0 whatever happens.
      openedPerSecond: row.rates_mode === "none" ? null : row.churn_rates.connection_created_details,
      closedPerSecond: row.rates_mode === "none" ? null : row.churn_rates.connection_closed_details,
      channelsOpenedPerSecond: row.rates_mode === "none" ? null : row.churn_rates.channel_created_details,
      statsDisabled: row.disable_stats,
      ratesDisabled: row.rates_mode === "none",
      unroutable:
        row.rates_mode === "none" || row.message_stats === null
          ? null
          : (row.message_stats.return_unroutable ?? 0) + (row.message_stats.drop_unroutable ?? 0),
      hasTlsListener:
        row.listeners === null
          ? null
          : row.listeners.some(({ protocol }) => /(^https$|\/ssl$|\/tls$|^https\/)/.test(protocol)),
      simulated: row.lastbeat_simulated,
    }),
  );

const NO_STATS = {
  ...{ publish_details: null, deliver_get_details: null, ack_details: null },
  ...{ publish: null, deliver_get: null, ack: null, deliver_no_ack: null, get_no_ack: null },
};
const MessageStats = z
  .object({
    ...{ publish_details: rate, deliver_get_details: rate, ack_details: rate },
    ...{ publish: count, deliver_get: count, ack: count, deliver_no_ack: count, get_no_ack: count },
  })
  .catch(NO_STATS)
  .default(NO_STATS);

/** Counters are omitted until they first change (measured on 3.10.8 and 4.3.6): with other numbers present, absent is 0. */
const countersOf = (stats: z.infer<typeof MessageStats>): QueueCounters => ({
  published: stats.publish ?? 0,
  delivered: stats.deliver_get ?? 0,
  acked: stats.ack ?? 0,
  unacknowledging: (stats.deliver_no_ack ?? 0) + (stats.get_no_ack ?? 0),
});

const queueRow = (broker: string) =>
  z
    .object({
      name: z.string(),
      vhost: z.string().catch("/").default("/"),
      type: text,
      state: text,
      durable: flag,
      exclusive: flag,
      arguments: table,
      effective_policy_definition: table,
      messages_ready: count,
      messages_unacknowledged: count,
      consumers: count,
      messages_delayed: count,
      head_message_timestamp: count,
      message_stats: MessageStats,
      members: nodeNames,
      online: nodeNames,
    })
    .transform(
      (row): Queue => ({
        broker,
        vhost: row.vhost,
        name: row.name,
        type: row.type,
        state: row.state,
        durable: row.durable,
        exclusive: row.exclusive,
        arguments: row.arguments,
        effectivePolicy: row.effective_policy_definition,
        ready: row.messages_ready,
        unacked: row.messages_unacknowledged,
        consumers: row.consumers,
        delayed: row.messages_delayed,
        rates: {
          publish: row.message_stats.publish_details,
          deliver: row.message_stats.deliver_get_details,
          ack: row.message_stats.ack_details,
        },
        counters: row.messages_ready === null ? null : countersOf(row.message_stats),
        members: row.members,
        online: row.online,
        headMessageTimestampSeconds: row.head_message_timestamp,
      }),
    );

/** Unreadable rows are counted: one odd record must not make the whole broker unreadable. */
export interface ParsedRows<T> {
  readonly rows: readonly T[];
  readonly unreadable: number;
}

export function parseRows<T>(schema: z.ZodType<T>, json: unknown, what: string): Result<ParsedRows<T>> {
  if (!Array.isArray(json)) {
    return failed({ code: "bad-answer", retry: true, reason: reason("listExpected", { where: what }) });
  }
  const rows: T[] = [];
  for (const entry of json) {
    const result = schema.safeParse(entry);
    if (result.success) rows.push(result.data);
  }
  return done({ rows, unreadable: json.length - rows.length });
}

/** `GET /api/connections`. A connection that is still being opened has no name yet and is left out. */
export const parseConnections = (json: unknown): Result<ParsedRows<Connection>> =>
  parseRows(ConnectionRow, json, "/api/connections");

export const parseConsumers = (json: unknown): Result<ParsedRows<Consumer>> =>
  parseRows(ConsumerRow, json, "/api/consumers");

export const parseNodes = (json: unknown): Result<ParsedRows<BrokerNode>> => parseRows(NodeRow, json, "/api/nodes");

export const parseQueues = (json: unknown, broker: string): Result<ParsedRows<Queue>> =>
  parseRows(queueRow(broker), json, "/api/queues");

export function parseOverview(json: unknown): Result<Overview> {
  const result = OverviewRow.safeParse(json);
  if (result.success) return done(result.data);
  return failed({ code: "bad-answer", retry: true, reason: reason("objectExpected", { where: "/api/overview" }) });
}
