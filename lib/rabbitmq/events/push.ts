import "server-only";
import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { AMQPError, Connection, type Consumer, ConsumerStatus } from "rabbitmq-client";
import { messageOf } from "@/lib/base/errors/message";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type BrokerEvent,
  EVENT_KEYS,
  type ExchangeStatus,
  type PushedEvents,
  parseEvent,
} from "@/lib/rabbitmq/events/event";
import { parseLog } from "@/lib/rabbitmq/events/log-line";

export interface Push {
  /** What arrived and is not kept yet, oldest first, and where the exchanges stand. */
  take(): PushedEvents;
  /** The first `count` are kept for good: only now the broker is told that it may forget them. */
  kept(count: number): void;
  /** Resolves once there is something to take: an event, or a standing that changed. */
  arrival(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface PushOptions {
  /** With credentials; the default virtual host is where both exchanges live. */
  readonly amqpUrl: string;
  /** Tells this installation's queues from those of another one on the same broker. */
  readonly mark: string;
  readonly now: () => number;
}

/** A queue of ours bridges our own restarts; nobody has use for events older than what polling has long told. */
const QUEUE_LENGTH_MAX = 20_000;
const MESSAGE_TTL_MS = 10 * MINUTE;
const QUEUE_EXPIRES_MS = HOUR;
/** What may wait for one tick to be kept: a storm of 2,000 ends is 2,000 events and as many log lines (measured). */
const UNKEPT_MAX = 5_000;
/** Up to 3.10 a crash in the broker's log handler deletes the exchange with its bindings (source). */
const BIND_AGAIN_EVERY_MS = MINUTE;
const RETRY_MS_MAX = 5 * SECOND;
/** A broker that is away does not hold up our own end. */
const CLOSE_WITHIN_MS = 3 * SECOND;
const BECAUSE_MAX = 200;

const EXCHANGES = {
  events: { exchange: "amq.rabbitmq.event", keys: EVENT_KEYS },
  log: { exchange: "amq.rabbitmq.log", keys: ["error", "warning", "notice", "info"] },
} as const;
type ExchangeKind = keyof typeof EXCHANGES;

interface Unacknowledged {
  readonly event: BrokerEvent;
  readonly settle: (status: ConsumerStatus) => void;
}

/**
 * Listens to a broker's event and log exchanges through queues of its own, over one AMQP connection that comes back by
 * itself. Each exchange stands alone: without the plugin, or without the right to bind, the other still flows. What
 * was heard is acknowledged once it is kept, so a killed process hears it again.
 */
export function createPush(options: PushOptions): Push {
  const off: ExchangeStatus = { is: "connecting", sinceMs: options.now(), because: null };
  const standing: Record<ExchangeKind, ExchangeStatus> = { events: off, log: off };
  const unkept: Unacknowledged[] = [];
  const bell = new EventEmitter();
  let news = true;
  let closing = false;

  const connection = new Connection({
    url: options.amqpUrl,
    connectionName: `lastbeat.${options.mark}`,
    retryLow: SECOND,
    retryHigh: RETRY_MS_MAX,
  });
  connection.on("error", (cause: unknown) => {
    for (const which of ["events", "log"] as const) stand(which, refusalOf(cause, "connecting"));
  });
  const consumers = { events: listen("events"), log: listen("log") };
  const again = setInterval(bindAgain, BIND_AGAIN_EVERY_MS);
  again.unref();

  function stand(which: ExchangeKind, next: Pick<ExchangeStatus, "is" | "because">): void {
    if (closing || (standing[which].is === next.is && standing[which].because === next.because)) return;
    const sinceMs = standing[which].is === next.is ? standing[which].sinceMs : options.now();
    standing[which] = { ...next, sinceMs };
    ring();
  }

  function ring(): void {
    news = true;
    bell.emit("news");
  }

  function listen(which: ExchangeKind): Consumer {
    const { exchange, keys } = EXCHANGES[which];
    const queue = queueOf(which);
    const consumer = connection.createConsumer(
      {
        queue,
        qos: { prefetchCount: UNKEPT_MAX },
        queueOptions: {
          queue,
          durable: true,
          arguments: {
            "x-max-length": QUEUE_LENGTH_MAX,
            "x-message-ttl": MESSAGE_TTL_MS,
            "x-expires": QUEUE_EXPIRES_MS,
          },
        },
        queueBindings: keys.map((routingKey) => ({ queue, exchange, routingKey })),
      },
      (message) => {
        const event =
          which === "events"
            ? parseEvent(message.routingKey, message.headers)
            : parseLog(textOf(message.body), nodeOf(message.headers), options.now());
        if (event === null) return ConsumerStatus.ACK;
        return new Promise<ConsumerStatus>((settle) => {
          unkept.push({ event, settle });
          ring();
        });
      },
    );
    consumer.on("ready", () => stand(which, { is: "flowing", because: null }));
    consumer.on("error", (cause: unknown) => stand(which, refusalOf(cause, "missing")));
    return consumer;
  }

  function queueOf(which: ExchangeKind): string {
    return `lastbeat.${options.mark}.${which}`;
  }

  function bindAgain(): void {
    for (const which of ["events", "log"] as const) {
      if (standing[which].is !== "flowing") continue;
      const { exchange, keys } = EXCHANGES[which];
      const bindings = keys.map((routingKey) => connection.queueBind({ queue: queueOf(which), exchange, routingKey }));
      Promise.all(bindings).catch((cause: unknown) => stand(which, refusalOf(cause, "missing")));
    }
  }

  return {
    take() {
      news = false;
      return { heard: unkept.map((one) => one.event), standing: { ...standing } };
    },
    kept(count) {
      for (const { settle } of unkept.splice(0, count)) settle(ConsumerStatus.ACK);
    },
    async arrival(signal) {
      if (!news && unkept.length === 0) await once(bell, "news", { signal }).catch(() => {});
    },
    async close() {
      closing = true;
      clearInterval(again);
      for (const { settle } of unkept.splice(0)) settle(ConsumerStatus.REQUEUE);
      const farewell = Promise.all([consumers.events.close(), consumers.log.close()]).then(() => connection.close());
      await Promise.race([farewell.catch(() => {}), setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/** RabbitMQ says 404 for an exchange that is not there, 403 for one that may not be read or an account it refuses. */
function refusalOf(cause: unknown, missing: "missing" | "connecting"): Pick<ExchangeStatus, "is" | "because"> {
  const code = cause instanceof AMQPError ? cause.code : "unknown";
  const because = messageOf(cause).slice(0, BECAUSE_MAX);
  if (code === "ACCESS_REFUSED") return { is: "refused", because };
  if (code === "NOT_FOUND") return { is: missing, because };
  return { is: "connecting", because };
}

function nodeOf(headers: unknown): string | null {
  if (typeof headers !== "object" || headers === null || !("node" in headers)) return null;
  return typeof headers.node === "string" ? headers.node : null;
}

/** A text body may hold bytes that are no UTF-8 (measured: a reason given in Latin-1); they are replaced. */
const textOf = (body: unknown): unknown => (Buffer.isBuffer(body) ? body.toString("utf8") : body);
