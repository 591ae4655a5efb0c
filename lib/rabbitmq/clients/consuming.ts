import { DAY, MINUTE } from "@/lib/base/time/duration";
import { accumulate, type Elapsed, skipInterval } from "@/lib/base/time/elapsed";

/** What is known of a client's consumers: how many it has, how many it should have, and for how long it has had none. */
export interface ConsumingState {
  /** null: the list of consumers could not be read. */
  readonly now: number | null;
  /** Learned, and forgotten a day after it was last met. null: not learned yet, or none. */
  readonly expected: { readonly consumers: number; readonly metMs: number } | null;
  /** Since when it has had at least this many without a break; both rise. */
  readonly levels: readonly { readonly consumers: number; readonly sinceMs: number }[];
  /** Queues it was last seen to consume from: what stands still while it consumes from none. */
  readonly queues: readonly string[];
  /** Connected, expected to consume, and consuming nothing. */
  readonly without: Elapsed | null;
}

export const NOT_CONSUMING: ConsumingState = { now: null, expected: null, levels: [], queues: [], without: null };

const EXPECTED_FOR_MS = DAY;

export interface ConsumersObserved {
  /** null when the list of consumers could not be read. */
  readonly consumers: number | null;
  readonly queues: readonly string[];
  readonly connected: boolean;
  /** A number of consumers is expected once it was held for this long, ms. */
  readonly steadyMs: number;
}

/** (what was known, what one look saw, now) → what is known. A client that is away loses no expectation. */
export function followConsuming(before: ConsumingState, seen: ConsumersObserved, nowMs: number): ConsumingState {
  const { consumers } = seen;
  if (consumers === null || !seen.connected) {
    const without = seen.connected ? skipInterval(before.without, nowMs) : null;
    return {
      ...before,
      now: seen.connected ? null : 0,
      expected: lasting(before, nowMs),
      levels: seen.connected ? before.levels : [],
      without,
    };
  }
  const levels = levelsWith(before.levels, consumers, seen.steadyMs, nowMs);
  const steady = levels.findLast((level) => nowMs - level.sinceMs >= seen.steadyMs)?.consumers ?? 0;
  const known = lasting(before, nowMs);
  const most = Math.max(steady, known?.consumers ?? 0);
  const expected = most === 0 ? null : meet(known, most, consumers, nowMs);
  return {
    now: consumers,
    expected,
    levels,
    queues: seen.queues.length > 0 ? seen.queues : before.queues,
    without: expected !== null && consumers === 0 ? accumulate(before.without, nowMs) : null,
  };
}

/** How long a connected client has been without its consumers, s; null where it is not known to need any. */
export function withoutConsumersSeconds(consuming: ConsumingState): number | null {
  if (consuming.now !== null && consuming.now > 0) return 0;
  if (consuming.expected === null || consuming.now === null) return null;
  return (consuming.without?.ms ?? 0) / 1_000;
}

function lasting({ expected }: ConsumingState, nowMs: number): ConsumingState["expected"] {
  return expected !== null && nowMs - expected.metMs <= EXPECTED_FOR_MS ? expected : null;
}

/** The instant of meeting it may be a minute old: it is remembered for a day. */
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
  // Of those held long enough the highest says it all, so there are never more than looks in that time.
  const first = levels.findLastIndex((level) => nowMs - level.sinceMs >= steadyMs);
  return first > 0 ? levels.slice(first) : levels;
}
