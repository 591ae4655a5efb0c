import type { SimulatedBroker, SimulatedConnection } from "./simulated-broker.ts";

const NODE = "rabbit@simulated";
const VERSION = "3.10.8";
const MEMORY_LIMIT_BYTES = 4 * 1024 ** 3;
const MEMORY_USED_BYTES = 150 * 1024 ** 2;

/** The management API's response at this path, in the format of RabbitMQ 3.10.8; null for an unknown path. */
export function answer(broker: SimulatedBroker, path: string, nowMs: number): unknown {
  switch (path) {
    case "/api/overview":
      return overview(broker);
    case "/api/nodes":
      return [node(broker, nowMs)];
    case "/api/connections":
      return [...broker.connections.values()].flatMap(connection);
    case "/api/consumers":
      return [...broker.connections.values()].flatMap(consumer);
    case "/api/queues":
      return [...broker.queues].map(([name, { ready }]) => queue(broker, name, ready));
    case "/api/channels":
    case "/api/exchanges":
    case "/api/bindings":
      return [];
    case "/api/vhosts":
      return [{ name: "/", cluster_state: { [NODE]: "running" } }];
    case "/api/whoami":
      return { name: "guest", tags: ["monitoring"] };
    default:
      return null;
  }
}

function overview(broker: SimulatedBroker): object {
  return {
    // Not a field of RabbitMQ: it lets the page mark its data as simulated.
    lastbeat_simulated: true,
    management_version: VERSION,
    rates_mode: "basic",
    product_name: "RabbitMQ",
    product_version: VERSION,
    rabbitmq_version: VERSION,
    erlang_version: "25.2.3",
    cluster_name: NODE,
    disable_stats: false,
    enable_queue_totals: false,
    churn_rates: {
      connection_created: broker.opened,
      connection_created_details: { rate: 0 },
      connection_closed: broker.closed,
      connection_closed_details: { rate: 0 },
    },
    queue_totals: { messages: sum(broker), messages_ready: sum(broker), messages_unacknowledged: 0 },
    object_totals: {
      channels: broker.connections.size,
      connections: broker.connections.size,
      consumers: consumers(broker, null),
      exchanges: 7,
      queues: broker.queues.size,
    },
    statistics_db_event_queue: 0,
    node: NODE,
  };
}

function node(broker: SimulatedBroker, nowMs: number): object {
  return {
    name: NODE,
    type: "disc",
    running: true,
    rates_mode: "basic",
    uptime: nowMs - broker.startedMs,
    mem_used: MEMORY_USED_BYTES,
    mem_limit: MEMORY_LIMIT_BYTES,
    mem_alarm: false,
    disk_free: 50_000_000_000,
    disk_free_limit: 50_000_000,
    disk_free_alarm: false,
    fd_used: 60,
    fd_total: 20_000,
    sockets_used: broker.connections.size,
    sockets_total: 17_910,
    proc_used: 400,
    proc_total: 1_048_576,
    partitions: [],
    cluster_links: [],
    enabled_plugins: ["rabbitmq_management"],
  };
}

/** As on the real broker, a connection is absent until its first statistics; it never appears incomplete. */
function connection({ client, port, connectedAtMs, shown }: SimulatedConnection): object[] {
  if (shown === null) return [];
  const row = {
    name: nameOf(port),
    user_provided_name: client.name,
    client_properties: { product: "amqplib", version: "2.3.1", platform: "Node.JS", connection_name: client.name },
    protocol: "AMQP 0-9-1",
    auth_mechanism: "PLAIN",
    vhost: "/",
    user: "guest",
    node: NODE,
    type: "network",
    state: "running",
    ssl: false,
    host: "127.0.0.1",
    port: 5672,
    peer_host: "127.0.0.1",
    peer_port: port,
    channels: 1,
    channel_max: 2047,
    frame_max: 131_072,
    timeout: client.timeoutSeconds,
    connected_at: connectedAtMs,
    recv_oct: shown.recvOct,
    send_oct: shown.sendOct,
    send_pend: 0,
  };
  return [row];
}

function consumer({ client, port }: SimulatedConnection): object[] {
  if (client.queue === null) return [];
  const connectionName = nameOf(port);
  const row = {
    arguments: {},
    ack_required: true,
    active: true,
    activity_status: "up",
    channel_details: {
      connection_name: connectionName,
      name: `${connectionName} (1)`,
      node: NODE,
      number: 1,
      peer_host: "127.0.0.1",
      peer_port: port,
      user: "guest",
    },
    consumer_tag: `amq.ctag-${port}`,
    exclusive: false,
    prefetch_count: 5,
    queue: { name: client.queue, vhost: "/" },
  };
  return [row];
}

function queue(broker: SimulatedBroker, name: string, ready: number): object {
  const main = name.endsWith(".retry") ? name.slice(0, -".retry".length) : null;
  const back =
    main === null ? {} : { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": main, "x-message-ttl": 30_000 };
  return {
    name,
    vhost: "/",
    node: NODE,
    type: "classic",
    state: "running",
    durable: true,
    auto_delete: false,
    exclusive: false,
    arguments: back,
    effective_policy_definition: {},
    policy: null,
    consumers: consumers(broker, name),
    head_message_timestamp: null,
    messages: ready,
    messages_ready: ready,
    messages_unacknowledged: 0,
    memory: 15_304,
  };
}

const nameOf = (port: number): string => `127.0.0.1:${port} -> 127.0.0.1:5672`;

const sum = (broker: SimulatedBroker): number => [...broker.queues.values()].reduce((all, { ready }) => all + ready, 0);

/** The number of consumers of this queue, or of all queues if it is null. */
const consumers = (broker: SimulatedBroker, name: string | null): number =>
  [...broker.connections.values()].filter(
    ({ client }) => client.queue !== null && (name ?? client.queue) === client.queue,
  ).length;
