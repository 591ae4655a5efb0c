/** How many wrong passwords are looked at in one window, by whomever: a guess costs 50 ms of hashing. */
const WRONG_MAX = 10;
const WINDOW_MS = 60_000;

/** (instants of wrong passwords, now) → may another be tried? One gate for all: a header naming the sender can lie. */
export function isSignInAllowed(wrongMs: readonly number[], nowMs: number): boolean {
  return wrongMs.filter((at) => at > nowMs - WINDOW_MS).length < WRONG_MAX;
}

export const recordFailedSignIn = (wrongMs: readonly number[], nowMs: number): readonly number[] =>
  [...wrongMs.filter((at) => at > nowMs - WINDOW_MS), nowMs].slice(-WRONG_MAX);
