import { MINUTE } from "@/lib/base/time/duration";
import { addLevel, followTrend, type Level, NO_TREND, TREND_WINDOW_MS, type Trend } from "@/lib/base/time/trend";
import type { Queue, QueueCounters } from "@/lib/rabbitmq/api/broker";
import { queueKey } from "@/lib/rabbitmq/queues/queue";

/** What changed in one queue between polls. In memory only: after a restart it is not known yet. */
export interface QueueProgress {
  readonly counters: QueueCounters | null;
  readonly messages: number | null;
  /** Of the messages ready. */
  readonly trend: Trend;
  /** Messages delivered and acknowledged since the previous poll; null: not measured. */
  readonly delivered: number | null;
  readonly acked: number | null;
  /** The sum of deliveries, and of messages that arrived, at instants of the last ten minutes. */
  readonly consumed: readonly Level[];
  readonly arrived: readonly Level[];
}

const NO_PROGRESS: QueueProgress = {
  counters: null,
  messages: null,
  trend: NO_TREND,
  delivered: null,
  acked: null,
  consumed: [],
  arrived: [],
};

export type ProgressMemory = ReadonlyMap<string, QueueProgress>;

interface Polled {
  readonly nowMs: number;
  /** A node restarted: queues lost transient messages, and counters began anew. */
  readonly restarted: boolean;
}

/** One fresh list of a broker's queues. Queues that are not listed any more are dropped. */
export const followProgress = (before: ProgressMemory, queues: readonly Queue[], polled: Polled): ProgressMemory =>
  new Map(
    queues.map((queue) => {
      const key = queueKey(queue);
      return [key, advance(before.get(key) ?? NO_PROGRESS, queue, polled)] as const;
    }),
  );

function advance(before: QueueProgress, queue: Queue, { nowMs, restarted }: Polled): QueueProgress {
  const trend = followTrend(before.trend, queue.ready, { nowMs, broke: restarted });
  const { counters } = queue;
  // A queue without statistics for a poll, as after a restart, stays as it was.
  if (counters === null || queue.ready === null) return { ...before, trend, delivered: null, acked: null };
  const messages = queue.ready + (queue.unacked ?? 0);
  const grown = (counter: keyof QueueCounters): number | null =>
    before.counters === null || counters[counter] < before.counters[counter]
      ? null
      : counters[counter] - before.counters[counter];
  const [delivered, acked, unacknowledging] = [grown("delivered"), grown("acked"), grown("unacknowledging")];
  const left = (acked ?? 0) + (unacknowledging ?? 0);
  // What left without being consumed (a purge, an expiry) only hides arrivals: it is no negative arrival.
  const came = before.messages === null ? null : Math.max(0, messages - before.messages + left);
  return {
    counters,
    messages,
    trend,
    delivered,
    acked,
    consumed: add(before.consumed, delivered, nowMs),
    arrived: add(before.arrived, came, nowMs),
  };
}

/** Adds an increase to a sum; the first is the start, whatever came before it. */
function add(sums: readonly Level[], increase: number | null, nowMs: number): readonly Level[] {
  const level = (sums.at(-1)?.level ?? 0) + (sums.length === 0 ? 0 : (increase ?? 0));
  return addLevel(sums, { atMs: nowMs, level }, TREND_WINDOW_MS);
}

/** Deliveries per minute over the last minutes; null until two of them have been seen. */
export function consumedPerMinute({ consumed }: QueueProgress): number | null {
  const [first] = consumed;
  const last = consumed.at(-1);
  if (first === undefined || last === undefined || last.atMs - first.atMs < CONSUMED_SPAN_MS) return null;
  return ((last.level - first.level) * MINUTE) / (last.atMs - first.atMs);
}

const CONSUMED_SPAN_MS = 2 * MINUTE;

/** A place of the window and a poll: by so much less than the whole window its levels may span. */
const WINDOW_SLACK_MS = MINUTE;

/**
 * Messages that arrived within the last ten minutes. Until these have been seen, at least those that were; null if there was
 * none, because one may have arrived before.
 */
export function arrivedLately({ arrived }: QueueProgress): number | null {
  const [first] = arrived;
  const last = arrived.at(-1);
  if (first === undefined || last === undefined) return null;
  const count = last.level - first.level;
  return count === 0 && last.atMs - first.atMs < TREND_WINDOW_MS - WINDOW_SLACK_MS ? null : count;
}
