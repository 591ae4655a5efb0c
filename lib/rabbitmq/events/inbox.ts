import "server-only";
import { EventEmitter, once } from "node:events";
import { ConsumerStatus } from "rabbitmq-client";
import { reason, sameReason } from "@/lib/base/messages/reason";
import type { BrokerEvent, ExchangeStatus, PushedEvents } from "@/lib/rabbitmq/events/event";
import { createReadability } from "@/lib/rabbitmq/events/readability";

export const EXCHANGE_KINDS = ["events", "log"] as const;
export type ExchangeKind = (typeof EXCHANGE_KINDS)[number];

export type StatusChange = Pick<ExchangeStatus, "is" | "reason">;

const UNREADABLE: Readonly<Record<ExchangeKind, StatusChange>> = {
  events: { is: "unreadable", reason: reason("eventFormatUnknown", {}) },
  log: { is: "unreadable", reason: reason("logFormatUnknown", {}) },
};

export interface PendingEvents {
  /** The events that arrived and are not acknowledged yet, oldest first, and the status of both exchanges. */
  pending(): PushedEvents;
  /**
   * Acknowledges the first `count` pending events. Called once they are saved: only then may the broker delete them.
   */
  acknowledge(count: number): void;
  /** Resolves once `pending` has something new: an event, or a status that changed. */
  arrival(signal: AbortSignal): Promise<void>;
}

export interface Inbox extends PendingEvents {
  /** Stores an event; resolves once it is acknowledged, or returned to the queue. After `close` it is returned at once. */
  add(event: BrokerEvent): Promise<ConsumerStatus>;
  setStatus(which: ExchangeKind, next: StatusChange): void;
  /** Records whether a message could be read, and changes the status with it. */
  recordReading(which: ExchangeKind, node: string | null, readable: boolean): void;
  isFlowing(which: ExchangeKind): boolean;
  /** Returns all events to the queues. The status does not change afterwards. */
  close(): void;
}

/** The events that are not acknowledged yet, and the status of both exchanges. */
export function createInbox(now: () => number): Inbox {
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
    async add(event) {
      if (closing) return ConsumerStatus.REQUEUE;
      return new Promise((settle) => {
        unacknowledged.push({ event, settle });
        announce();
      });
    },
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
