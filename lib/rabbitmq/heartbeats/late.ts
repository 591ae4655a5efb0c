import { SECOND } from "@/lib/base/time/duration";

/**
 * The reader emits a connection's counters every 5 s and the collector copies them every 5 s, so a number is up to
 * 10 s old (measured 3.1 to 9.4 s on RabbitMQ 3.10.8).
 */
export const STATS_LAG_MS = 10 * SECOND;
/** Timers of a healthy client and of the broker run a little late: garbage collection, a busy core, a slow answer. */
export const SLACK_MS = 2 * SECOND;
/** List answers are cached on the node for five times as long as the query took (`management.db_cache_multiplier`). */
export const CACHE_MULTIPLIER = 5;
/** Beyond this the cache is no explanation any more; our own deadline is 15 s. */
const CACHE_MS_MAX = 60 * SECOND;

export interface HeartbeatObservation {
  /** Negotiated, seconds. */
  readonly timeoutSeconds: number;
  /** When recv_oct was first seen at its present value. */
  readonly recvGrewMs: number;
  readonly sendGrewMs: number;
}

/** How old a number of this broker may be, in ms: the statistics' own lag and the node's answer cache. */
export const lagOf = (answerMs: number): number =>
  STATS_LAG_MS + Math.min(CACHE_MS_MAX, CACHE_MULTIPLIER * answerMs) + answerMs;

/**
 * How long recv_oct of a healthy client can look unchanged at the moment of a poll, in ms.
 *
 * A client may beat only every T (amqplib does, measured) and a number is up to `lagMs` old. The poll interval does
 * not add to it: the comparison is made at a poll, with that poll's number, and the value was there no later than at
 * the poll which first saw it.
 */
export const healthyUnchangedMs = (timeoutSeconds: number, lagMs: number): number =>
  timeoutSeconds * SECOND + lagMs + SLACK_MS;

/** Whole timeouts that have passed without a byte, after allowing for old numbers; late is one or more. */
export function missedHeartbeats(beat: HeartbeatObservation, lagMs: number, nowMs: number): number {
  if (beat.timeoutSeconds <= 0) return 0;
  const unchanged = nowMs - beat.recvGrewMs;
  if (unchanged <= healthyUnchangedMs(beat.timeoutSeconds, lagMs)) return 0;
  // The broker beats every T/2: had its own counter not moved since, the statistics would be old, not the client.
  if (beat.sendGrewMs <= beat.recvGrewMs) return 0;
  return Math.max(1, Math.floor((unchanged - lagMs - SLACK_MS) / (beat.timeoutSeconds * SECOND)));
}

/**
 * When the broker will close a silent session, epoch ms.
 *
 * `t_close = t0 + (floor((t_last - t0) / T) + 3) * T`: the receiver looks every T counted from tune-ok and closes at
 * the second look in a row without change (rabbit_heartbeat.erl, unchanged from 3.10 to 4.x; measured within 9 ms).
 * The last byte came up to `lagMs` plus one poll before its number was first seen, hence a span.
 */
export function closeExpected(
  openedMs: number,
  beat: HeartbeatObservation,
  lagMs: number,
  pollMs: number,
): { readonly from: number; readonly to: number } {
  const interval = beat.timeoutSeconds * SECOND;
  const closeAfter = (lastByteMs: number) =>
    openedMs + (Math.floor(Math.max(0, lastByteMs - openedMs) / interval) + 3) * interval;
  const from = closeAfter(beat.recvGrewMs - lagMs - pollMs);
  return { from, to: Math.max(from, closeAfter(beat.recvGrewMs)) };
}
