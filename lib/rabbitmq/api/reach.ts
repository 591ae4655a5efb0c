import type { Failure } from "@/lib/base/errors/failure";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";

/** Whether Lastbeat can read a broker. In every state but `reachable` and `slow` its numbers are unknown, not zero. */
export interface Reach {
  readonly is: "reachable" | "unreachable" | "unauthorized" | "slow" | "starting";
  readonly sinceMs: number;
  /** What was tried and the answer; null while the broker is reachable. */
  readonly reason: Reason | null;
}

/** A poll may take one sixth of its interval, so that the broker spends at most that share of its time on us. */
export const SHARE = 6;
/** With a longer interval, the recovery of a broker would be detected too late. */
const BACK_OFF_MS_MAX = 30 * SECOND;
const DOUBLINGS_MAX = 3;

export const isBlind = (reach: Reach): boolean => reach.is === "unreachable" || reach.is === "unauthorized";

/** The reach after a poll. `answerMs` is the slowest answer of the poll. */
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
    return { is, reason: poll.failure.reason };
  }
  if (poll.answerMs * SHARE > poll.intervalMs) {
    const seconds = (poll.answerMs / SECOND).toFixed(1);
    return { is: "slow" as const, reason: reason("managementApiSlow", { seconds }) };
  }
  return { is: "reachable" as const, reason: null };
}

/**
 * The wait until the next poll: the configured interval, six times the slowest answer, or longer after repeated
 * failures.
 */
export function nextIntervalMs(configuredMs: number, answerMs: number, failuresInRow: number): number {
  const fair = Math.max(configuredMs, SHARE * answerMs);
  if (failuresInRow <= 1) return fair;
  const doubled = fair * 2 ** Math.min(DOUBLINGS_MAX, failuresInRow - 1);
  return Math.max(fair, Math.min(BACK_OFF_MS_MAX, doubled));
}
