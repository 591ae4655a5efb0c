/** Nothing that is linear takes as long for texts of these lengths. */
const NOTICEABLE_MS = 1;
/** A hundred times what is linear takes on a busy machine; more than this is not repeated. */
const TOO_LONG_MS = 200;
/** Four times the text costs four times as much if the cost is linear, and sixteen times if it is quadratic. */
const RATIO_MAX = 8;
const SHORTEST = 10;
const LONGEST = 8_192;
const SHORT_MAX = 64;
/** In small steps: a cost that is exponential must become noticeable before it hangs. */
const GROWTH = 1.6;
const REPETITIONS = 5;

/**
 * How the cost of `run` grows with its text: null if it is linear, else where it is not. Time is compared with the time of
 * a shorter text, each the least of several runs, and only where it is noticeable at all. `isShort`: no text is long.
 */
export function faultOfCost(run: (length: number) => () => void, { isShort = false } = {}): string | null {
  for (let length = SHORTEST; length <= (isShort ? SHORT_MAX : LONGEST); length = Math.ceil(length * GROWTH)) {
    const long = leastMs(run(length));
    if (long <= NOTICEABLE_MS) continue;
    const ratio = long / leastMs(run(Math.ceil(length / 4)));
    if (long > TOO_LONG_MS || ratio > RATIO_MAX) {
      return `not linear: ${ratio.toFixed(0)} times the cost for 4 times the text (${length} characters)`;
    }
  }
  return null;
}

/** One run if that is quick or far too long, else the least of several: another program may have used the processor. */
function leastMs(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < REPETITIONS && least > NOTICEABLE_MS; at++) {
    const started = performance.now();
    run();
    const took = performance.now() - started;
    least = Math.min(least, took);
    if (took > TOO_LONG_MS) break;
  }
  return least;
}
