import { SECOND } from "@/lib/base/time/duration";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { delaysInside } from "@/lib/rabbitmq/queues/roles";

export interface Backlog {
  /** Messages waiting in a retry or delay queue, or delayed inside any queue before their next attempt. */
  readonly retry: number | null;
  /** Messages in a dead-letter queue. */
  readonly deadLetter: number | null;
}

/** The backlog among a queue's messages; null where there can be none, or the number is not known. */
export function backlogOf(queue: RoledQueue): Backlog {
  const inside = delayedInside(queue);
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

/** Each quorum queue of 4.3 lists this number; 0 is a measurement only for a queue that may delay messages. */
const delayedInside = (queue: Queue): number | null =>
  delaysInside(queue) || (queue.delayed ?? 0) > 0 ? queue.delayed : null;

/** The messages in all retry and delay queues, and in all dead-letter queues; null without any to count. */
export function totalBacklog(queues: readonly RoledQueue[]): Backlog {
  const backlogs = queues.map(backlogOf);
  return {
    retry: sum(backlogs.map(({ retry }) => retry)),
    deadLetter: sum(backlogs.map(({ deadLetter }) => deadLetter)),
  };
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

// A publisher's clock may be ahead by this much; a timestamp further in the future is milliseconds taken for seconds.
const AHEAD_MAX_SECONDS = 86_400;

/**
 * Seconds since the head message was first published. The timestamp is the publisher's, so in a retry queue it is the
 * age of the message, not its time in this queue; null without a timestamp (quorum queues, streams, none set).
 */
export function oldestMessageSeconds(queue: Queue, nowMs: number): number | null {
  const head = queue.headMessageTimestampSeconds;
  if (head === null || head <= 0 || (queue.ready === 0 && (queue.unacked ?? 0) === 0)) return null;
  const seconds = nowMs / SECOND - head;
  return seconds < -AHEAD_MAX_SECONDS ? null : Math.max(0, seconds);
}
