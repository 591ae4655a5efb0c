import type { Failure } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/because";
import { SECOND } from "@/lib/base/time/duration";

/** Whether Lastbeat can see a broker. Everything but `reachable` and `slow` is blindness, never zero. */
export interface Reach {
  readonly is: "reachable" | "unreachable" | "unauthorized" | "slow" | "starting";
  readonly sinceMs: number;
  /** What was tried and what came back; null while all is well. */
  readonly because: string | null;
}

/** A poll may take a sixth of its interval, so that the broker works at most that share of the time for us. */
export const SHARE = 6;
/** Longer, and a broker that came back would not be noticed for a while. */
const BACK_OFF_MS_MAX = 30 * SECOND;
const DOUBLINGS_MAX = 3;

export const isBlind = (reach: Reach): boolean => reach.is === "unreachable" || reach.is === "unauthorized";

/** (before, how this poll went) → reach now. `answerMs` is the slowest answer of the poll. */
export function reachAfter(
  before: Reach,
  poll: { readonly failure: Failure | null; readonly answerMs: number; readonly intervalMs: number },
  nowMs: number,
): Reach {
  const now = reachOf(poll);
  return { ...now, sinceMs: before.is === now.is ? before.sinceMs : nowMs };
}

function reachOf(poll: { readonly failure: Failure | null; readonly answerMs: number; readonly intervalMs: number }) {
  if (poll.failure !== null) {
    const is = poll.failure.code === "unauthorized" ? ("unauthorized" as const) : ("unreachable" as const);
    return { is, because: poll.failure.detail };
  }
  if (poll.answerMs * SHARE > poll.intervalMs) {
    const seconds = (poll.answerMs / SECOND).toFixed(1);
    return { is: "slow" as const, because: reason("apiSlow", { seconds }) };
  }
  return { is: "reachable" as const, because: null };
}

/** The wait until the next poll: the configured one, six times the answer, or longer after each failure in a row. */
export function nextIntervalMs(configuredMs: number, answerMs: number, failuresInRow: number): number {
  const fair = Math.max(configuredMs, SHARE * answerMs);
  if (failuresInRow <= 1) return fair;
  const doubled = fair * 2 ** Math.min(DOUBLINGS_MAX, failuresInRow - 1);
  return Math.max(fair, Math.min(BACK_OFF_MS_MAX, doubled));
}
