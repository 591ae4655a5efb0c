import "server-only";

export interface PollLoopOptions {
  readonly poll: () => Promise<void>;
  readonly everyMs: number;
  readonly afterFailureMs: number;
  readonly onFailure: (cause: unknown) => void;
}

/** Runs `poll` again and again: every `everyMs`, at once when woken, and `afterFailureMs` after it failed. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #isWoken = false;
  #isStopped = false;
  #endRest: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Polls at once, or once more after the poll under way. */
  wake(): void {
    this.#isWoken = true;
    this.#endRest?.();
  }

  /** No poll begins after this; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { poll, everyMs, afterFailureMs, onFailure } = this.#options;
    while (!this.#isStopped) {
      this.#isWoken = false;
      const hasFailed = await poll().then(
        () => false,
        (cause: unknown) => {
          onFailure(cause);
          return true;
        },
      );
      await this.#rest(hasFailed ? afterFailureMs : everyMs, hasFailed);
    }
  }

  /** A wake does not shorten the rest after a failure, only a stop does. */
  async #rest(ms: number, hasFailed: boolean): Promise<void> {
    const isOver = () => this.#isStopped || (this.#isWoken && !hasFailed);
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endRest = () => {
        if (!isOver()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endRest = null;
  }
}
