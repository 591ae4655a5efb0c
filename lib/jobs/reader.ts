import type { SourceOutcome } from "@/lib/jobs/job";

export interface SourceReader {
  /** One poll. Never rejects; calls that overlap share one poll. */
  read(): Promise<SourceOutcome>;
  close(): Promise<void>;
}

/** A reader of polls that never reject. Closing waits for the one under way. */
export function createReader(poll: () => Promise<SourceOutcome>, close: () => Promise<void>): SourceReader {
  let inFlight: Promise<SourceOutcome> | null = null;
  return {
    read() {
      inFlight ??= poll().finally(() => {
        inFlight = null;
      });
      return inFlight;
    },
    async close() {
      await inFlight;
      await close();
    },
  };
}
