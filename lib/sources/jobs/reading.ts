import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { countsOf, type JobQueue, type SourceReading } from "@/lib/sources/jobs/job";

// Shorter than any configured poll interval: two readings closer than this give no rate.
const RATE_SPAN_MIN_MS = SECOND;

/** A cumulative counter at an instant (epoch ms). `total: null` is "not measured". */
export interface CounterSample {
  readonly atMs: number;
  readonly total: number | null;
}

/** Growth per minute between two samples of a counter; null for the first one, and after a reset (the counter fell). */
export function perMinute(before: CounterSample | null, after: CounterSample): number | null {
  if (before === null || before.total === null || after.total === null) return null;
  const spanMs = after.atMs - before.atMs;
  if (spanMs < RATE_SPAN_MIN_MS || after.total < before.total) return null;
  return ((after.total - before.total) * MINUTE) / spanMs;
}

// A poll's round trip changes the measured difference by less than this; a wrong clock is off by more.
const CLOCK_TOLERANCE_MS = 5 * SECOND;

/**
 * How far the source's clock is ahead of ours (ms), constant between polls unless a clock was set. Instants also serve as
 * identities (a job that was handed out again is recognised by its start), so they must not jitter with each round trip.
 */
export function clockAhead(previous: SourceReading | null, sourceNowMs: number, nowMs: number): number {
  const before = previous?.clockAheadMs ?? 0;
  const measured = sourceNowMs - nowMs;
  return Math.abs(measured - before) > CLOCK_TOLERANCE_MS ? Math.round(measured) : before;
}

/** Converts an instant of the source's clock to our clock (epoch ms). */
export const toOurClock = (sourceMs: number | null, clockAheadMs: number): number | null =>
  sourceMs === null ? null : sourceMs - clockAheadMs;

/** Queues of one source, including those without rows: queue names that come and go must not fill our memory. */
const QUEUES_MAX = 10_000;

/**
 * Adds a row of zeros for each queue that had rows at the previous poll and has none now: empty is measured, not unknown.
 * Only if the answer is `exact`: after a truncated answer, a queue that is missing from it may still have rows.
 */
export function withEmptyQueues(
  previous: SourceReading | null,
  queues: readonly JobQueue[],
  exact: boolean,
): readonly JobQueue[] {
  const present = new Set(queues.map((queue) => queue.queue));
  const empty = exact ? (previous?.queues ?? []).filter((queue) => !present.has(queue.queue)) : [];
  return [...queues, ...empty.map(emptied)].slice(0, QUEUES_MAX).sort((a, b) => (a.queue < b.queue ? -1 : 1));
}

function emptied(queue: JobQueue): JobQueue {
  const zero = (value: number | null) => (value === null ? null : 0);
  const { counts, retry } = queue;
  return {
    ...queue,
    counts: countsOf((state) => zero(counts[state])),
    countsAre: "exact",
    retry: { due: zero(retry.due), later: zero(retry.later) },
    oldestDueSeconds: null,
    throughputPerMinute: null,
    errors: [],
    stuck: zero(queue.stuck),
    conflicts: zero(queue.conflicts),
    ...(queue.orphans === undefined ? {} : { orphans: zero(queue.orphans) }),
  };
}

/**
 * Corrects waiting times read from a standby that is behind. It shows a moment in the past, so each job would seem to
 * have waited for the standby's lag as well: the lag is subtracted. Counts of overdue jobs are not corrected.
 */
export function withoutStandbyLag<Application>(reading: SourceReading<Application>): SourceReading<Application> {
  const lagSeconds = reading.standby?.behindSeconds ?? 0;
  if (lagSeconds === 0) return reading;
  const corrected = (queue: JobQueue): JobQueue =>
    queue.oldestDueSeconds === null
      ? queue
      : { ...queue, oldestDueSeconds: Math.max(0, queue.oldestDueSeconds - lagSeconds) };
  return { ...reading, queues: reading.queues.map(corrected) };
}
