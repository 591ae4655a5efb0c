import "server-only";

export interface Loop {
  /** Ends the loop: a wait is cut short, a tick under way is finished. */
  stop(): Promise<void>;
}

/** Polls of many instances or sources started together would otherwise stay together. */
const JITTER = 0.1;

/**
 * Runs `tick` for ever, one at a time, waiting between the starts of two for as long as the last one asked (ms).
 * A tick that throws is `failed` and tried again after `againMs`; one that does not has `worked`.
 */
export function startLoop(
  tick: (signal: AbortSignal) => Promise<number>,
  options: { readonly againMs: number; readonly failed: (cause: unknown) => void; readonly worked?: () => void },
): Loop {
  const stopping = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const started = performance.now();
      let intervalMs = options.againMs;
      try {
        intervalMs = await tick(stopping.signal);
        options.worked?.();
      } catch (cause) {
        if (!stopping.signal.aborted) options.failed(cause);
      }
      const jittered = intervalMs * (1 + JITTER * (Math.random() - 0.5));
      await pause(Math.max(0, jittered - (performance.now() - started)), stopping.signal);
    }
  }

  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Lets requests and timers in between two pieces of work that take their time. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits `ms`, or until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end);
  });
}
