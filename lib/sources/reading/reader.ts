import "server-only";
import { performance } from "node:perf_hooks";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";

/**
 * `waitedMs`: how long of the poll this process had nothing to do but wait, ms. What a look costs its source is at most
 * this long: the rest of `durationMs` went into our own work, be it the reading or an embedded database's writing.
 */
export type Polled = SourceOutcome & { readonly waitedMs: number };

export interface SourceReader {
  /**
   * One poll. `previous` is the last reading, in the time of our clock as it is now; absent at the first poll. Never
   * rejects; calls that overlap share one poll.
   */
  read(previous?: SourceReading | null): Promise<Polled>;
  close(): Promise<void>;
}

/** A reader of polls that never reject. Closing waits for the one under way. */
export function createReader(
  poll: (previous: SourceReading | null) => Promise<SourceOutcome>,
  close: () => Promise<void>,
): SourceReader {
  let inFlight: Promise<Polled> | null = null;
  const polled = async (previous: SourceReading | null): Promise<Polled> => {
    const before = performance.eventLoopUtilization();
    const outcome = await poll(previous);
    return { ...outcome, waitedMs: performance.eventLoopUtilization(before).idle };
  };
  return {
    read(previous = null) {
      inFlight ??= polled(previous).finally(() => {
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
