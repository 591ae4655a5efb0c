import "server-only";

/** Runs `look` again and again: every `everyMs`, at once when woken, and after `againMs` when it failed. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #woken = false;
  #stopped = false;
  #rouse: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Looks at once, or once more after the look under way. */
  wake(): void {
    this.#woken = true;
    this.#rouse?.();
  }

  /** No look begins after this; returns when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { look, everyMs, againMs, onFailure } = this.#options;
    while (!this.#stopped) {
      this.#woken = false;
      const failed = await look().then(
        () => false,
        (cause: unknown) => {
          onFailure(cause);
          return true;
        },
      );
      await this.#rest(failed ? againMs : everyMs, failed);
    }
  }

  /** A wake does not shorten the rest after a failure, only a stop does. */
  async #rest(ms: number, failed: boolean): Promise<void> {
    const over = () => this.#stopped || (this.#woken && !failed);
    if (over()) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      this.#rouse = () => {
        if (!over()) return;
        clearTimeout(timer);
        done();
      };
    });
    this.#rouse = null;
  }
}

export interface PollLoopOptions {
  readonly look: () => Promise<void>;
  readonly everyMs: number;
  readonly againMs: number;
  readonly onFailure: (cause: unknown) => void;
}
