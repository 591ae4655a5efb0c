import { MINUTE } from "@/lib/base/time/duration";
import type { JobQueue } from "@/lib/sources/jobs/job";

/** The finished jobs of a queue at one poll, since its table was made or emptied. */
interface FinishedPoint {
  readonly failed: number;
  /** null: its system deletes the rows of jobs that succeeded. */
  readonly done: number | null;
  readonly atMs: number;
}

/** The points of the last minutes by queue, the oldest first. */
export type FailingMemory = ReadonlyMap<string, readonly FinishedPoint[]>;

export interface RecentFailures {
  /** Jobs that failed for good within the window. */
  readonly failed: number;
  /** Their share of all jobs that finished in it, 0 to 1; null if successful jobs are not counted. */
  readonly share: number | null;
}

export const FAILING_WINDOW_MS = 10 * MINUTE;
/** A poll every five seconds fills the window with this many. */
const POINTS_MAX = 120;
/** Fewer failures may be single bad jobs. */
const FAILED_MIN = 10;
/** Of a queue that works through thousands of jobs, single bad ones are no outage. */
const SHARE_MIN = 0.1;

/**
 * Counts the jobs of each queue that failed for good within the last ten minutes. An estimate is not counted: two samples
 * of the same table differ. A count that fell means that rows were deleted: the window begins again.
 */
export function followFailing(before: FailingMemory, queues: readonly JobQueue[], nowMs: number): FailingMemory {
  return new Map(
    queues.flatMap((queue): [string, readonly FinishedPoint[]][] => {
      const { failed, done } = queue.counts;
      const known = before.get(queue.queue) ?? [];
      if (failed === null || queue.countsAre !== "exact") return known.length === 0 ? [] : [[queue.queue, known]];
      const last = known.at(-1);
      const fell = last !== undefined && (failed < last.failed || (done ?? 0) < (last.done ?? 0));
      const start = fell ? [] : withinWindow(known, nowMs);
      return [[queue.queue, [...start, { failed, done, atMs: nowMs }].slice(-POINTS_MAX)]];
    }),
  );
}

/** The last point before the window is its beginning. */
function withinWindow(points: readonly FinishedPoint[], nowMs: number): readonly FinishedPoint[] {
  const first = points.findLastIndex(({ atMs }) => atMs <= nowMs - FAILING_WINDOW_MS);
  return points.slice(Math.max(0, first));
}

/**
 * The jobs that failed for good within the window, if they are more than single ones, else 0. null before the window is
 * complete, unless enough have failed already.
 */
export function failedInWindow(points: readonly FinishedPoint[] | undefined, nowMs: number): number | null {
  const failing = failingOf(points);
  if (failing === null) return null;
  if (failing.failed >= FAILED_MIN && (failing.share ?? 1) >= SHARE_MIN) return failing.failed;
  const startMs = points?.[0]?.atMs ?? nowMs;
  return nowMs - startMs >= FAILING_WINDOW_MS ? 0 : null;
}

/** null: fewer than two polls. */
export function failingOf(points: readonly FinishedPoint[] | undefined): RecentFailures | null {
  const [first, last] = [points?.[0], points?.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const failed = last.failed - first.failed;
  if (first.done === null || last.done === null) return { failed, share: null };
  const finished = failed + last.done - first.done;
  return { failed, share: finished === 0 ? 0 : failed / finished };
}
