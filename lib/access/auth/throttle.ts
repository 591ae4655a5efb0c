/** Wrong passwords accepted within the window: each costs 50 ms of hashing. */
const FAILURES_MAX = 10;
const WINDOW_MS = 60_000;

/**
 * Whether another password may be tried, given the times of the wrong ones. The limit is shared by all senders, since
 * a header that names the sender can be forged.
 */
export function isSignInAllowed(failedMs: readonly number[], nowMs: number): boolean {
  return withinWindow(failedMs, nowMs).length < FAILURES_MAX;
}

/** The times of the wrong passwords after one more. */
export const recordFailedSignIn = (failedMs: readonly number[], nowMs: number): readonly number[] =>
  [...withinWindow(failedMs, nowMs), nowMs].slice(-FAILURES_MAX);

const withinWindow = (failedMs: readonly number[], nowMs: number): readonly number[] =>
  failedMs.filter((atMs) => atMs > nowMs - WINDOW_MS);
