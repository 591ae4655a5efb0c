import "server-only";
import { performance } from "node:perf_hooks";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";

/**
 * `waitedMs`: how long during the poll this process only waited, ms. This is the upper bound of what a poll costs its
 * source: the rest of `durationMs` was our own work, be it parsing or an embedded database's writing.
 */
export type PollResult<Application = unknown> = SourceOutcome<Application> & { readonly waitedMs: number };

export interface SourceReader<Application = unknown> {
  /**
   * One poll. `previous` is the last reading, with its instants on our clock as it is set now; absent at the first poll.
   * Never rejects; overlapping calls share one poll.
   */
  read(previous?: SourceReading | null): Promise<PollResult<Application>>;
  close(): Promise<void>;
}

/** Makes a reader from a `poll` that never rejects. Closing waits for the poll in progress. */
export function createReader<Application>(
  poll: (previous: SourceReading | null) => Promise<SourceOutcome<Application>>,
  close: () => Promise<void>,
): SourceReader<Application> {
  let inFlight: Promise<PollResult<Application>> | null = null;
  const measured = async (previous: SourceReading | null): Promise<PollResult<Application>> => {
    const before = performance.eventLoopUtilization();
    const outcome = await poll(previous);
    return { ...outcome, waitedMs: performance.eventLoopUtilization(before).idle };
  };
  return {
    read(previous = null) {
      inFlight ??= measured(previous).finally(() => {
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
