import { SECOND } from "@/lib/base/time/duration";

/** The default of `collect_statistics_interval`. */
export const STATS_INTERVAL_MS = 5 * SECOND;
/** The management agent copies what was emitted every 5 s, whatever the statistics interval is (measured on 3.10.8). */
export const COLLECTOR_MS = 5 * SECOND;
/**
 * The reader emits a connection's counters every 5 s and the collector copies them every 5 s, so a number is up to
 * 10 s old (measured 3.1 to 9.4 s on RabbitMQ 3.10.8).
 */
export const STATS_LAG_MS = STATS_INTERVAL_MS + COLLECTOR_MS;
/** Timers of a healthy client and of the broker run a little late: garbage collection, a busy core, a slow answer. */
export const SLACK_MS = 2 * SECOND;
/** List answers are cached on the node for five times as long as the query took (`management.db_cache_multiplier`). */
export const CACHE_MULTIPLIER = 5;
/** The cache does not explain older numbers; our own deadline is 15 s. */
const CACHE_MS_MAX = 60 * SECOND;

export interface HeartbeatObservation {
  /** Negotiated, seconds. */
  readonly timeoutSeconds: number;
  /** When recv_oct was first observed at its present value. */
  readonly recvGrewMs: number;
  readonly sendGrewMs: number;
}

/**
 * How old a number of this broker may be, in ms: the statistics' own lag and the node's answer cache. A shorter interval
 * than the default is not trusted: it is measured, and a busy node emits late.
 */
export const lagOf = (answerMs: number, statsIntervalMs: number | null): number =>
  Math.max(STATS_LAG_MS, (statsIntervalMs ?? 0) + COLLECTOR_MS) +
  Math.min(CACHE_MS_MAX, CACHE_MULTIPLIER * answerMs) +
  answerMs;

/**
 * How long recv_oct of a healthy client can seem unchanged at the moment of a poll, in ms.
 *
 * A client may send heartbeats only every T (amqplib does, measured), and a number is up to `lagMs` old. The poll
 * interval does not add to it: the comparison uses the number of this poll, and the value existed no later than at the
 * poll that first observed it.
 */
export const healthyUnchangedMs = (timeoutSeconds: number, lagMs: number): number =>
  timeoutSeconds * SECOND + lagMs + SLACK_MS;

/** Whole timeouts without a byte, after allowing for old numbers; one or more is late. */
export function missedHeartbeats(heartbeat: HeartbeatObservation, lagMs: number, nowMs: number): number {
  if (heartbeat.timeoutSeconds <= 0) return 0;
  const unchanged = nowMs - heartbeat.recvGrewMs;
  if (unchanged <= healthyUnchangedMs(heartbeat.timeoutSeconds, lagMs)) return 0;
  // The broker sends heartbeats every T/2: if its own counter has not changed either, the statistics are old.
  if (heartbeat.sendGrewMs <= heartbeat.recvGrewMs) return 0;
  return Math.max(1, Math.floor((unchanged - lagMs - SLACK_MS) / (heartbeat.timeoutSeconds * SECOND)));
}

/**
 * When the broker will close a silent session, epoch ms.
 *
 * `t_close = t0 + (floor((t_last - t0) / T) + 3) * T`: the receiver checks every T counted from tune-ok and closes at
 * the second check in a row without change (rabbit_heartbeat.erl, unchanged from 3.10 to 4.x; measured within 9 ms).
 * The last byte came up to `lagMs` plus one poll before its number was first observed, hence a span.
 */
export function closeExpected(
  openedMs: number,
  heartbeat: HeartbeatObservation,
  lagMs: number,
  pollMs: number,
): { readonly from: number; readonly to: number } {
  const interval = heartbeat.timeoutSeconds * SECOND;
  const closeAfter = (lastByteMs: number) =>
    openedMs + (Math.floor(Math.max(0, lastByteMs - openedMs) / interval) + 3) * interval;
  const from = closeAfter(heartbeat.recvGrewMs - lagMs - pollMs);
  return { from, to: Math.max(from, closeAfter(heartbeat.recvGrewMs)) };
}
