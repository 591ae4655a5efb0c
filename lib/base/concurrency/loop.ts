import "server-only";

export interface Stoppable {
  /** Ends it: a pause is cut short, a tick in progress is finished. */
  stop(): Promise<void>;
}

export interface Loop extends Stoppable {
  /** Runs the next tick at once, or one more after the tick in progress. A failed tick is retried after its pause all the same. */
  wake(): void;
}

export interface LoopOptions {
  /** The time from the start of a failed tick to the next, ms. */
  readonly againMs: number;
  readonly failed: (cause: unknown) => void;
  readonly worked?: () => void;
}

/** Loops of many processes or targets that start together would otherwise stay together. */
const JITTER = 0.1;

/**
 * Runs `tick` for ever, one at a time. It answers the time from its start to the start of the next, ms. A tick that throws
 * is `failed` and tried again after `againMs`; any other has `worked`.
 */
export function startLoop(tick: (signal: AbortSignal) => Promise<number>, options: LoopOptions): Loop {
  const stopping = new AbortController();
  let woken = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      const started = performance.now();
      const intervalMs = await attempt();
      const jitteredMs = (intervalMs ?? options.againMs) * (1 + JITTER * (Math.random() - 0.5));
      const interrupts = intervalMs === null ? [stopping.signal] : [stopping.signal, woken.signal];
      await pause(Math.max(0, jitteredMs - (performance.now() - started)), AbortSignal.any(interrupts));
    }
  }

  /** null: it failed. */
  async function attempt(): Promise<number | null> {
    try {
      const intervalMs = await tick(stopping.signal);
      options.worked?.();
      return intervalMs;
    } catch (cause) {
      if (!stopping.signal.aborted) options.failed(cause);
      return null;
    }
  }

  return {
    wake: () => woken.abort(),
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Lets requests and timers run between two pieces of work that take long. */
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
