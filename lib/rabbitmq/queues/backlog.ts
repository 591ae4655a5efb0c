import { SECOND } from "@/lib/base/time/duration";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { delaysInside } from "@/lib/rabbitmq/queues/roles";

export interface Backlog {
  /** Messages waiting in a retry or delay queue, or held back inside any queue before they are tried again. */
  readonly retry: number | null;
  /** Messages that came to rest in a dead-letter queue. */
  readonly deadLetter: number | null;
}

/** What of a queue's messages is backlog; null where the question does not arise or the number is not known. */
export function backlogOf(queue: RoledQueue): Backlog {
  const inside = heldBack(queue);
  switch (queue.role) {
    case "retry":
    case "delay":
      return { retry: sum([queue.ready, inside]), deadLetter: null };
    case "dead-letter":
      return { retry: inside, deadLetter: queue.ready };
    case "work":
      return { retry: inside, deadLetter: null };
    default:
      return queue.role satisfies never;
  }
}

/** Each quorum queue of 4.3 tells this number; none is a measurement only where it may hold something back. */
const heldBack = (queue: Queue): number | null =>
  delaysInside(queue) || (queue.delayed ?? 0) > 0 ? queue.delayed : null;

/** Messages waiting in all retry and delay, and in all dead-letter queues given; null when there is none to count. */
export function totalBacklog(queues: readonly RoledQueue[]): Backlog {
  const all = queues.map(backlogOf);
  return { retry: sum(all.map((one) => one.retry)), deadLetter: sum(all.map((one) => one.deadLetter)) };
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

// A publisher's clock may be ahead by this much; a timestamp further in the future is milliseconds taken for seconds.
const AHEAD_MAX_SECONDS = 86_400;

/**
 * Seconds since the head message was first published. The timestamp is the publisher's, so in a retry queue it is the
 * age of the message, not the time it has waited there; null without one (quorum queues, streams, no timestamp set).
 */
export function oldestMessageSeconds(queue: Queue, nowMs: number): number | null {
  const head = queue.headMessageTimestampSeconds;
  if (head === null || head <= 0 || (queue.ready === 0 && (queue.unacked ?? 0) === 0)) return null;
  const seconds = nowMs / SECOND - head;
  return seconds < -AHEAD_MAX_SECONDS ? null : Math.max(0, seconds);
}
