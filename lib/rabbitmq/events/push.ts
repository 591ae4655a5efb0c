import "server-only";
import { setTimeout } from "node:timers/promises";
import { AMQPError, type AsyncMessage, Connection, type Consumer, ConsumerStatus } from "rabbitmq-client";
import { messageOf } from "@/lib/base/errors/message";
import { systemCode } from "@/lib/base/http/system-code";
import { verbatim } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { certificateFault } from "@/lib/base/tls/certificate-fault";
import { type TlsFiles, tlsOptions } from "@/lib/base/tls/trust";
import { ownName, ownQueue } from "@/lib/rabbitmq/api/own";
import { type BrokerEvent, EVENT_KEYS, isParsed, parseEvent } from "@/lib/rabbitmq/events/event";
import {
  createInbox,
  EXCHANGE_KINDS,
  type ExchangeKind,
  type Inbox,
  type PendingEvents,
  type StatusChange,
} from "@/lib/rabbitmq/events/inbox";
import { readLog } from "@/lib/rabbitmq/events/log-line";

export interface Push extends PendingEvents {
  close(): Promise<void>;
}

export interface PushServer extends TlsFiles {
  /** With credentials; of the default virtual host, where both exchanges are. */
  readonly amqpUrl: string;
}

export interface PushOptions extends PushServer {
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
} as const satisfies Record<ExchangeKind, { readonly exchange: string; readonly keys: readonly string[] }>;

/**
 * Consumes a broker's event and log exchanges through queues of its own, over one AMQP connection that reconnects by
 * itself. The exchanges are independent: without the plugin, or without the permission to bind, the other still flows.
 * Events are acknowledged once they are saved, so a killed process receives them again.
 */
export function createPush(options: PushOptions): Push {
  const inbox = createInbox(options.now);
  const connection = new Connection({
    url: options.amqpUrl,
    // With `tls` the client would speak TLS to an amqp:// URL as well.
    ...(new URL(options.amqpUrl).protocol === "amqps:" ? { tls: tlsOptions(options) } : {}),
    connectionName: ownName(options.mark),
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
      // Events that a connection left open would hold back are returned when it ends.
      connection.unsafeDestroy();
    },
  };
}

function startConsumer(
  connection: Connection,
  inbox: Inbox,
  which: ExchangeKind,
  { mark, now }: Pick<PushOptions, "mark" | "now">,
): Consumer {
  const queue = ownQueue(mark, which);
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

function bindingsOf(mark: string, which: ExchangeKind) {
  const { exchange, keys } = EXCHANGES[which];
  return keys.map((routingKey) => ({ queue: ownQueue(mark, which), exchange, routingKey }));
}

/**
 * RabbitMQ answers 404 for an exchange that does not exist, and 403 for one that may not be read or a refused login.
 */
function statusAfter(cause: unknown, missing: "missing" | "connecting"): StatusChange {
  const code = cause instanceof AMQPError ? cause.code : "unknown";
  const certificate = certificateFault(systemCode(cause));
  if (certificate !== null) return { is: "connecting", reason: certificate };
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
