import type { Failure } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { CACHE_MULTIPLIER } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/**
 * Until when a list may be stale. The answering node serves a query that had to wait for a hung node from its cache for
 * five times as long as the query took (`management.db_cache_multiplier`; observed on a cluster of two, 3.10.8).
 */
export interface Staleness {
  /** Since when no answer has come within our deadline, epoch ms: the query may go on without us. */
  readonly sinceMs: number | null;
  readonly untilMs: number;
}

export const NOT_STALE: Staleness = { sinceMs: null, untilMs: 0 };

/** The time of a busy node; the lag allowed for old statistics covers the cache of such an answer. */
const HANG_MS_MIN = 2 * SECOND;
/** The other nodes give up a node that hangs for longer: net_ticktime is 60 s. */
const STALE_MS_MAX = 10 * MINUTE;

export function stalenessAfter(
  before: Staleness,
  poll: { readonly failure: Failure | null; readonly answerMs: number; readonly lastPollMs: number | null },
  nowMs: number,
): Staleness {
  if (poll.failure !== null) {
    if (poll.failure.code !== "timeout") return before;
    return { ...before, sinceMs: before.sinceMs ?? poll.lastPollMs ?? nowMs };
  }
  const tookMs = Math.max(poll.answerMs, before.sinceMs === null ? 0 : nowMs - before.sinceMs);
  if (tookMs < HANG_MS_MIN) return before.sinceMs === null ? before : { ...before, sinceMs: null };
  return {
    sinceMs: null,
    untilMs: Math.max(before.untilMs, nowMs + Math.min(STALE_MS_MAX, CACHE_MULTIPLIER * tookMs)),
  };
}

/**
 * The latest moment that the statistics of a node's connections are known to describe: now, or, while its list may be
 * stale, when any of them last moved.
 */
export function dataAsOf(
  staleness: Staleness,
  open: Iterable<Session>,
  nowMs: number,
): (node: string | null) => number {
  if (nowMs >= staleness.untilMs) return () => nowMs;
  const movedMs = new Map<string | null, number>();
  for (const { node, recvGrewMs, sendGrewMs } of open) {
    movedMs.set(node, Math.max(movedMs.get(node) ?? 0, recvGrewMs, sendGrewMs));
  }
  return (node) => movedMs.get(node) ?? nowMs;
}
