import { DAY, MINUTE } from "@/lib/base/time/duration";
import { accumulate, type Elapsed, skipInterval } from "@/lib/base/time/elapsed";

/** A client's consumers: how many it has, how many are expected, and for how long it has had none. */
export interface ConsumingState {
  /** null: the list of consumers could not be read. */
  readonly now: number | null;
  /** Learned, and dropped a day after the number was last met. null: not learned yet, or none. */
  readonly expected: { readonly consumers: number; readonly metMs: number } | null;
  /** Since when it has had at least this many without interruption; both rise. */
  readonly levels: readonly { readonly consumers: number; readonly sinceMs: number }[];
  /** The queues it last consumed from: their work has stopped while it consumes from none. */
  readonly queues: readonly string[];
  /** Connected, expected to consume, and consuming nothing. */
  readonly without: Elapsed | null;
}

export const NOT_CONSUMING: ConsumingState = { now: null, expected: null, levels: [], queues: [], without: null };

const EXPECTED_FOR_MS = DAY;

export interface ConsumersObserved {
  /** null if the list of consumers could not be read. */
  readonly consumers: number | null;
  readonly queues: readonly string[];
  readonly connected: boolean;
  /** A number of consumers is expected after it has lasted this long, ms. */
  readonly steadyMs: number;
}

/** Adds one observation. While a client is absent, its expectation stays. */
export function followConsuming(before: ConsumingState, observed: ConsumersObserved, nowMs: number): ConsumingState {
  const { consumers } = observed;
  if (consumers === null || !observed.connected) {
    return {
      ...before,
      now: observed.connected ? null : 0,
      expected: unexpired(before, nowMs),
      levels: observed.connected ? before.levels : [],
      // A client that comes back without its consumers is as it was.
      without: skipInterval(before.without, nowMs),
    };
  }
  const levels = levelsWith(before.levels, consumers, observed.steadyMs, nowMs);
  const steady = levels.findLast((level) => nowMs - level.sinceMs >= observed.steadyMs)?.consumers ?? 0;
  const known = unexpired(before, nowMs);
  const most = Math.max(steady, known?.consumers ?? 0);
  const expected = most === 0 ? null : meet(known, most, consumers, nowMs);
  return {
    now: consumers,
    expected,
    levels,
    queues: observed.queues.length > 0 ? observed.queues : before.queues,
    without: expected !== null && consumers === 0 ? accumulate(before.without, nowMs) : null,
  };
}

/** How long a connected client has been without its consumers, s; null if none are expected. */
export function withoutConsumersSeconds(consuming: ConsumingState): number | null {
  if (consuming.now !== null && consuming.now > 0) return 0;
  if (consuming.expected === null || consuming.now === null) return null;
  return (consuming.without?.ms ?? 0) / 1_000;
}

function unexpired({ expected }: ConsumingState, nowMs: number): ConsumingState["expected"] {
  return expected !== null && nowMs - expected.metMs <= EXPECTED_FOR_MS ? expected : null;
}

/** The instant is updated once a minute at most: it counts for a day. */
function meet(
  known: ConsumingState["expected"],
  most: number,
  consumers: number,
  nowMs: number,
): ConsumingState["expected"] {
  if (known === null) return { consumers: most, metMs: nowMs };
  const met = consumers >= most && nowMs - known.metMs >= MINUTE;
  return met || known.consumers !== most ? { consumers: most, metMs: met ? nowMs : known.metMs } : known;
}

function levelsWith(
  before: ConsumingState["levels"],
  consumers: number,
  steadyMs: number,
  nowMs: number,
): ConsumingState["levels"] {
  if (consumers === 0) return [];
  if (before.length === 1 && before[0]?.consumers === consumers) return before;
  const reached = before.find((level) => level.consumers >= consumers);
  const levels = [
    ...before.filter((level) => level.consumers < consumers),
    { consumers, sinceMs: Math.min(reached?.sinceMs ?? nowMs, nowMs) },
  ];
  // Of the levels that lasted long enough only the highest matters, so there are never more than observations in that
  // time.
  const first = levels.findLastIndex((level) => nowMs - level.sinceMs >= steadyMs);
  return first > 0 ? levels.slice(first) : levels;
}
