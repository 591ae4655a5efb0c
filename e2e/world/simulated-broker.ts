/** A real broker updates its management statistics at this interval (collect_statistics_interval). */
const STATISTICS_EVERY_MS = 5_000;
const HEARTBEAT_FRAME_BYTES = 8;
/** The approximate size of a basic.publish with a small body. */
const MESSAGE_BYTES = 80;
const HANDSHAKE_BYTES = 430;
const FIRST_PORT = 40_000;
const PORTS = 20_000;

export interface SimulatedClient {
  readonly name: string;
  readonly timeoutSeconds: number;
  /** 0: the client publishes nothing and only sends heartbeats, at half its timeout. */
  readonly messagesPerSecond: number;
  readonly queue: string | null;
}

/** One open connection. `shown` holds its octets as reported by the management API, up to five seconds old. */
export interface SimulatedConnection {
  readonly client: SimulatedClient;
  readonly port: number;
  readonly connectedAtMs: number;
  frozen: boolean;
  lastByteMs: number;
  recvOct: number;
  sendOct: number;
  shown: { recvOct: number; sendOct: number } | null;
}

export interface SimulatedBroker {
  readonly startedMs: number;
  readonly connections: ReadonlyMap<string, SimulatedConnection>;
  readonly queues: ReadonlyMap<string, { ready: number }>;
  readonly opened: number;
  readonly closed: number;
  connect(client: SimulatedClient, nowMs: number): void;
  /** The client sends nothing more; the broker keeps sending, and closes the connection by the heartbeat formula. */
  freeze(name: string): void;
  /** The client sends heartbeats again; if the broker has closed its connection, it reconnects. */
  thaw(name: string, nowMs: number): void;
  /** The connection ends at once, as after a SIGKILL of the process. */
  vanish(name: string): void;
  addMessages(queue: string, count: number): void;
  /** Advances the simulation to `nowMs`: octets, statistics, heartbeat closes. */
  step(nowMs: number): void;
}

/**
 * The time at which a real broker closes a connection that sent its last byte at `lastByteMs`: it checks once per
 * timeout, counted from the opening, and closes at the second consecutive check without new octets (measured on
 * RabbitMQ 3.10.8).
 */
export function closesAtMs(openedMs: number, lastByteMs: number, timeoutSeconds: number): number {
  const period = timeoutSeconds * 1_000;
  return openedMs + (Math.floor((lastByteMs - openedMs) / period) + 3) * period;
}

/** An in-memory broker, advanced by `step`. It reads no clock. */
export function createSimulatedBroker(startedMs: number): SimulatedBroker {
  const connections = new Map<string, SimulatedConnection>();
  const known = new Map<string, SimulatedClient>();
  const queues = new Map<string, { ready: number }>();
  const totals = { opened: 0, closed: 0 };
  let steppedMs = startedMs;
  let shownMs = startedMs;

  const close = (name: string): void => {
    if (connections.delete(name)) totals.closed++;
  };
  const connect = (client: SimulatedClient, nowMs: number): void => {
    close(client.name);
    known.set(client.name, client);
    if (client.queue !== null && !queues.has(client.queue)) queues.set(client.queue, { ready: 0 });
    const port = FIRST_PORT + (totals.opened % PORTS);
    const octets = { recvOct: HANDSHAKE_BYTES, sendOct: HANDSHAKE_BYTES };
    connections.set(client.name, {
      client,
      port,
      connectedAtMs: nowMs,
      frozen: false,
      lastByteMs: nowMs,
      ...octets,
      shown: null,
    });
    totals.opened++;
  };
  return {
    startedMs,
    connections,
    queues,
    get opened() {
      return totals.opened;
    },
    get closed() {
      return totals.closed;
    },
    connect,
    freeze(name) {
      const connection = connections.get(name);
      if (connection !== undefined) connection.frozen = true;
    },
    thaw(name, nowMs) {
      const connection = connections.get(name);
      const client = known.get(name);
      if (connection !== undefined) connection.frozen = false;
      else if (client !== undefined) connect(client, nowMs);
    },
    vanish: close,
    addMessages(queue, count) {
      queues.set(queue, { ready: Math.max(0, (queues.get(queue)?.ready ?? 0) + count) });
    },
    step(nowMs) {
      for (const [name, connection] of connections) {
        exchange(connection, steppedMs, nowMs);
        const { connectedAtMs, lastByteMs, client } = connection;
        if (client.timeoutSeconds > 0 && nowMs >= closesAtMs(connectedAtMs, lastByteMs, client.timeoutSeconds))
          close(name);
      }
      steppedMs = nowMs;
      if (nowMs - shownMs < STATISTICS_EVERY_MS) return;
      shownMs = nowMs;
      for (const connection of connections.values()) {
        connection.shown = { recvOct: connection.recvOct, sendOct: connection.sendOct };
      }
    },
  };
}

function exchange(connection: SimulatedConnection, fromMs: number, toMs: number): void {
  const { client, connectedAtMs, frozen } = connection;
  const halfPeriod = client.timeoutSeconds * 500;
  const within = (everyMs: number): number =>
    everyMs <= 0
      ? 0
      : Math.floor((toMs - connectedAtMs) / everyMs) - Math.floor(Math.max(0, fromMs - connectedAtMs) / everyMs);
  const heartbeats = within(halfPeriod);
  connection.sendOct += heartbeats * HEARTBEAT_FRAME_BYTES;
  if (frozen) return;
  const messages = within(client.messagesPerSecond > 0 ? 1_000 / client.messagesPerSecond : 0);
  connection.recvOct += heartbeats * HEARTBEAT_FRAME_BYTES + messages * MESSAGE_BYTES;
  connection.sendOct += messages * MESSAGE_BYTES;
  if (heartbeats + messages > 0) connection.lastByteMs = toMs;
}
