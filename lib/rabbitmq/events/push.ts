import "server-only";
import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { AMQPError, type AsyncMessage, Connection, type Consumer, ConsumerStatus } from "rabbitmq-client";
import { messageOf } from "@/lib/base/errors/message";
import { reason, sameReason, verbatim } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type BrokerEvent,
  EVENT_KEYS,
  type ExchangeStatus,
  isParsed,
  type PushedEvents,
  parseEvent,
} from "@/lib/rabbitmq/events/event";
import { readLog } from "@/lib/rabbitmq/events/log-line";
import { createReadability } from "@/lib/rabbitmq/events/readability";

export interface Push {
  /** The events that arrived and are not acknowledged yet, oldest first, and the status of both exchanges. */
  pending(): PushedEvents;
  /**
   * Acknowledges the first `count` pending events. Called once they are saved: only then may the broker delete them.
   */
  acknowledge(count: number): void;
  /** Resolves once `pending` has something new: an event, or a status that changed. */
  arrival(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface PushOptions {
  /** With credentials; of the default virtual host, where both exchanges are. */
  readonly amqpUrl: string;
  /** Distinguishes the queues of this installation from those of another one on the same broker. */
  readonly mark: string;
  readonly now: () => number;
}

/** The queue bridges our own restarts. Older events are of no use: polling has long shown their effects. */
const QUEUE_LENGTH_MAX = 20_000;
const MESSAGE_TTL_MS = 10 * MINUTE;
const QUEUE_EXPIRES_MS = HOUR;
/**
 * Events that may wait for a tick to be saved: a storm of 2,000 ends is 2,000 events and as many log lines (measured).
 */
const UNACKNOWLEDGED_MAX = 5_000;
/** Up to 3.10 a crash in the broker's log handler deletes the exchange with its bindings (source). */
const REBIND_INTERVAL_MS = MINUTE;
const RETRY_MS_MAX = 5 * SECOND;
/** An unreachable broker must not delay our own stop. */
const CLOSE_WITHIN_MS = 3 * SECOND;
const REASON_TEXT_MAX = 200;

const EXCHANGES = {
  events: { exchange: "amq.rabbitmq.event", keys: EVENT_KEYS },
  log: { exchange: "amq.rabbitmq.log", keys: ["error", "warning", "notice", "info"] },
} as const;
type ExchangeKind = keyof typeof EXCHANGES;
const EXCHANGE_KINDS = ["events", "log"] as const;

type StatusChange = Pick<ExchangeStatus, "is" | "reason">;

const UNREADABLE: Readonly<Record<ExchangeKind, StatusChange>> = {
  events: { is: "unreadable", reason: reason("eventFormatUnknown", {}) },
  log: { is: "unreadable", reason: reason("logFormatUnknown", {}) },
};

/**
 * Consumes a broker's event and log exchanges through queues of its own, over one AMQP connection that reconnects by
 * itself. The exchanges are independent: without the plugin, or without the permission to bind, the other still flows.
 * Events are acknowledged once they are saved, so a killed process receives them again.
 */
export function createPush(options: PushOptions): Push {
  const inbox = createInbox(options.now);
  const connection = new Connection({
    url: options.amqpUrl,
    connectionName: `lastbeat.${options.mark}`,
    retryLow: SECOND,
    retryHigh: RETRY_MS_MAX,
  });
  connection.on("error", (cause: unknown) => {
    for (const which of EXCHANGE_KINDS) inbox.setStatus(which, statusAfter(cause, "connecting"));
  });
  const consumers = EXCHANGE_KINDS.map((which) => startConsumer(connection, inbox, which, options));
  const rebinding = setInterval(() => rebind(connection, inbox, options.mark), REBIND_INTERVAL_MS);
  rebinding.unref();

  return {
    pending: inbox.pending,
    acknowledge: inbox.acknowledge,
    arrival: inbox.arrival,
    async close() {
      clearInterval(rebinding);
      inbox.close();
      const closed = Promise.all(consumers.map((consumer) => consumer.close())).then(() => connection.close());
      await Promise.race([closed.catch(() => {}), setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

interface Inbox extends Omit<Push, "close"> {
  /** Stores an event; resolves once it is acknowledged, or returned to the queue. */
  add(event: BrokerEvent): Promise<ConsumerStatus>;
  setStatus(which: ExchangeKind, next: StatusChange): void;
  /** Records whether a message could be read, and changes the status with it. */
  recordReading(which: ExchangeKind, node: string | null, readable: boolean): void;
  isFlowing(which: ExchangeKind): boolean;
  /** Returns all events to the queues. The status does not change afterwards. */
  close(): void;
}

/** The events that are not acknowledged yet, and the status of both exchanges. */
function createInbox(now: () => number): Inbox {
  const initial: ExchangeStatus = { is: "connecting", sinceMs: now(), unreadable: 0, reason: null };
  const status: Record<ExchangeKind, ExchangeStatus> = { events: initial, log: initial };
  const readability = { events: createReadability(), log: createReadability() };
  const unacknowledged: { readonly event: BrokerEvent; readonly settle: (status: ConsumerStatus) => void }[] = [];
  const arrivals = new EventEmitter();
  let hasNews = true;
  let closing = false;
  const announce = (): void => {
    hasNews = true;
    arrivals.emit("news");
  };

  const setStatus = (which: ExchangeKind, requested: StatusChange): void => {
    const before = status[which];
    const { unreadable } = before;
    const next = requested.is === "flowing" && readability[which].isUnreadable() ? UNREADABLE[which] : requested;
    if (closing || (before.is === next.is && sameReason(before.reason, next.reason))) return;
    status[which] = { ...next, unreadable, sinceMs: before.is === next.is ? before.sinceMs : now() };
    announce();
  };

  return {
    add: (event) =>
      new Promise((settle) => {
        unacknowledged.push({ event, settle });
        announce();
      }),
    setStatus,
    recordReading(which, node, readable) {
      readability[which].record(node, readable);
      if (!closing && !readable) status[which] = { ...status[which], unreadable: status[which].unreadable + 1 };
      setStatus(which, { is: "flowing", reason: null });
    },
    isFlowing: (which) => status[which].is === "flowing" || status[which].is === "unreadable",
    pending() {
      hasNews = false;
      return { events: unacknowledged.map(({ event }) => event), status: { ...status } };
    },
    acknowledge(count) {
      for (const { settle } of unacknowledged.splice(0, count)) settle(ConsumerStatus.ACK);
    },
    async arrival(signal) {
      if (!hasNews && unacknowledged.length === 0) await once(arrivals, "news", { signal }).catch(() => {});
    },
    close() {
      closing = true;
      for (const { settle } of unacknowledged.splice(0)) settle(ConsumerStatus.REQUEUE);
    },
  };
}

function startConsumer(
  connection: Connection,
  inbox: Inbox,
  which: ExchangeKind,
  { mark, now }: Pick<PushOptions, "mark" | "now">,
): Consumer {
  const queue = queueOf(mark, which);
  const consumer = connection.createConsumer(
    {
      queue,
      qos: { prefetchCount: UNACKNOWLEDGED_MAX },
      queueOptions: {
        queue,
        durable: true,
        arguments: {
          "x-max-length": QUEUE_LENGTH_MAX,
          "x-message-ttl": MESSAGE_TTL_MS,
          "x-expires": QUEUE_EXPIRES_MS,
        },
      },
      queueBindings: [...bindingsOf(mark, which)],
    },
    (message) => {
      const { event, readable } = which === "events" ? readEvent(message, now()) : readLogMessage(message, now());
      inbox.recordReading(which, nodeOf(message.headers), readable);
      return event === null ? ConsumerStatus.ACK : inbox.add(event);
    },
  );
  consumer.on("ready", () => inbox.setStatus(which, { is: "flowing", reason: null }));
  consumer.on("error", (cause: unknown) => inbox.setStatus(which, statusAfter(cause, "missing")));
  return consumer;
}

interface Reading {
  readonly event: BrokerEvent | null;
  readonly readable: boolean;
}

/** Only keys that are used are bound, so an event that could not be parsed has an unknown form. */
function readEvent(message: AsyncMessage, receivedMs: number): Reading {
  const event = parseEvent(message.routingKey, message.headers, sentMs(message.timestamp, receivedMs));
  return { event, readable: event !== null || !isParsed(message.routingKey) };
}

function readLogMessage(message: AsyncMessage, receivedMs: number): Reading {
  const reading = readLog({
    body: textOf(message.body),
    node: nodeOf(message.headers),
    level: message.routingKey,
    receivedMs,
    sentMs: sentMs(message.timestamp, receivedMs),
  });
  return { event: reading.is === "event" ? reading.event : null, readable: reading.is !== "unreadable" };
}

/** Messages have the second in which the node published them: the moment within it that is next to the receipt. */
function sentMs(timestamp: number | undefined, receivedMs: number): number | null {
  if (timestamp === undefined) return null;
  const startMs = timestamp * SECOND;
  return Math.min(Math.max(receivedMs, startMs), startMs + SECOND - 1);
}

function rebind(connection: Connection, inbox: Inbox, mark: string): void {
  for (const which of EXCHANGE_KINDS) {
    if (!inbox.isFlowing(which)) continue;
    const bindings = bindingsOf(mark, which).map((binding) => connection.queueBind(binding));
    Promise.all(bindings).catch((cause: unknown) => inbox.setStatus(which, statusAfter(cause, "missing")));
  }
}

const queueOf = (mark: string, which: ExchangeKind): string => `lastbeat.${mark}.${which}`;

function bindingsOf(mark: string, which: ExchangeKind) {
  const { exchange, keys } = EXCHANGES[which];
  return keys.map((routingKey) => ({ queue: queueOf(mark, which), exchange, routingKey }));
}

/**
 * RabbitMQ answers 404 for an exchange that does not exist, and 403 for one that may not be read or a refused login.
 */
function statusAfter(cause: unknown, missing: "missing" | "connecting"): StatusChange {
  const code = cause instanceof AMQPError ? cause.code : "unknown";
  const reason = verbatim(messageOf(cause).slice(0, REASON_TEXT_MAX));
  if (code === "ACCESS_REFUSED") return { is: "refused", reason };
  if (code === "NOT_FOUND") return { is: missing, reason };
  return { is: "connecting", reason };
}

function nodeOf(headers: unknown): string | null {
  if (typeof headers !== "object" || headers === null || !("node" in headers)) return null;
  return typeof headers.node === "string" ? headers.node : null;
}

/** A text body may contain bytes that are not UTF-8 (measured: a reason given in Latin-1); they are replaced. */
const textOf = (body: unknown): unknown => (Buffer.isBuffer(body) ? body.toString("utf8") : body);
