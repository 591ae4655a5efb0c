import type { Outcome } from "@/lib/errors/failure";
import type { JobQueue, SourceReading } from "@/lib/jobs/job";
import { MINUTE, SECOND } from "@/lib/time/duration";

/** One read-only statement. The name says what was asked in error texts; values are bound, never spliced in. */
export interface Question {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** Runs one statement in its own read-only, time-limited transaction. Rejects with the driver's error. */
export type Ask = (question: Question) => Promise<readonly unknown[]>;

export interface ReadContext {
  readonly source: string;
  readonly nowMs: number;
  /** The last good reading of the same source, for rates and for what must not be asked again soon. */
  readonly previous: SourceReading | null;
}

/** What one kind of job table must be able to tell. A schema it does not know is a value; driver errors are thrown. */
export interface Adapter {
  readonly kind: string;
  read(ask: Ask, context: ReadContext): Promise<Outcome<SourceReading>>;
}

/** Kinds read over SQL; each has an adapter of the same name. */
export type TableKind = "bitmagnet" | "peertube";

// Shorter than a poll interval anybody sets: two readings closer than this say nothing about a rate.
const RATE_SPAN_MIN_MS = SECOND;

/** A counter at an instant (epoch ms). `total: null` is "not measured". */
export interface CounterAt {
  readonly atMs: number;
  readonly total: number | null;
}

/** Growth per minute between two readings of a counter; null at the first, and when it went backwards (a reset). */
export function perMinute(before: CounterAt | null, after: CounterAt): number | null {
  if (before === null || before.total === null || after.total === null) return null;
  const spanMs = after.atMs - before.atMs;
  if (spanMs < RATE_SPAN_MIN_MS || after.total < before.total) return null;
  return ((after.total - before.total) * MINUTE) / spanMs;
}

// A poll's own round trip moves the measured difference by less than this; a clock that is really off is off by more.
const CLOCK_TOLERANCE_MS = 5 * SECOND;

/**
 * How far the source's clock is ahead of ours (ms), held steady between polls: instants are identities too
 * (a job given out again is known by its start), so they may not jitter with each round trip.
 */
export function clockAhead(previous: SourceReading | null, sourceNowMs: number, nowMs: number): number {
  const held = previous?.clockAheadMs ?? 0;
  const seen = sourceNowMs - nowMs;
  return Math.abs(seen - held) > CLOCK_TOLERANCE_MS ? Math.round(seen) : held;
}

/** Adds a row of zeros for each queue that had rows a poll ago and has none now: empty is measured, not unknown. */
export function withEmptied(
  previous: SourceReading | null,
  queues: readonly JobQueue[],
  exact: boolean,
): readonly JobQueue[] {
  const present = new Set(queues.map((queue) => queue.queue));
  const gone = exact ? (previous?.queues ?? []).filter((queue) => !present.has(queue.queue)) : [];
  return [...queues, ...gone.map(emptied)].sort((a, b) => (a.queue < b.queue ? -1 : 1));
}

function emptied(queue: JobQueue): JobQueue {
  const zero = (value: number | null) => (value === null ? null : 0);
  const { counts, retry } = queue;
  return {
    ...queue,
    counts: {
      queued: zero(counts.queued),
      running: zero(counts.running),
      retry: zero(counts.retry),
      failed: zero(counts.failed),
      done: zero(counts.done),
    },
    countsAre: "exact",
    retry: { due: zero(retry.due), later: zero(retry.later) },
    oldestDueSeconds: null,
    throughputPerMinute: null,
    errors: [],
    stuck: zero(queue.stuck),
    conflicts: zero(queue.conflicts),
  };
}

/** The SQLSTATE or system error code a driver error carries, null when it carries none. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** 57014: cancelled by statement_timeout. 55P03: a lock was not to be had within lock_timeout. */
const outOfBudget = (error: unknown): boolean => ["57014", "55P03"].includes(errorCode(error) ?? "");

/** The answer, or null when it would have cost more than the statement's budget. Other errors stay errors. */
export async function affordable<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (outOfBudget(error)) return null;
    throw error;
  }
}
