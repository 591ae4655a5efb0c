import type { Result } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { countsOf, type JobQueue, type SourceReading } from "@/lib/sources/jobs/job";

/** One read-only statement. The name says what was asked in error texts; values are bound, never spliced in. */
export interface Query {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Once it ran out of its budget it is left alone for ten minutes, or each poll would cost that budget again. */
  readonly rests?: true;
  /** Its own limit, ms, below that of others: where an estimate answers instead. */
  readonly withinMs?: number;
}

/** Runs one statement in its own read-only, time-limited transaction. Rejects with the driver's error. */
export type RunQuery = (question: Query) => Promise<readonly unknown[]>;

export interface ReadContext {
  readonly source: string;
  readonly nowMs: number;
  /** The last good reading of the same source, for rates and for what must not be asked again soon. */
  readonly previous: SourceReading | null;
}

/** `estimated`: always so; an exact answer may still turn into an estimate when a table outgrows its budget. */
export type Certainty = "exact" | "estimated" | "unsupported";

/** What an adapter can tell at best, fact by fact. `unsupported` facts are null or empty in every reading. */
export interface Capabilities {
  readonly counts: Certainty;
  readonly oldestDue: Certainty;
  /** Jobs that failed and will run again: due now, and later. */
  readonly retry: Certainty;
  readonly errorGroups: Certainty;
  /** Jobs in hand, and which of them are there for longer than the system's own rescue limit. */
  readonly running: Certainty;
  /** Who executes, with the time each was last heard of. */
  readonly owners: Certainty;
  readonly throughput: Certainty;
}

/**
 * What a poll costs the database. `cheap`: grows with the number of queues. `bounded`: grows with the rows, by an index
 * or within named limits. `dear`: reads the table.
 */
export type Cost = "cheap" | "bounded" | "dear";

/** A table an adapter reads and the columns of it: all that a monitoring role has to be granted. */
export interface Needed {
  readonly table: string;
  readonly columns: readonly string[];
}

/** What an adapter reads out of a table; the reader adds what it knows of the server. */
export type TableReading = Omit<SourceReading, "standby">;

/** What one kind of job table can tell. A schema it does not know is a value; driver errors are thrown. */
export interface Adapter<Kind extends string = string> {
  readonly kind: Kind;
  /** The versions of the system whose schema it understands, as text for people. */
  readonly versions: string;
  readonly tells: Capabilities;
  readonly cost: Cost;
  /** Asking more often than this costs the database more than the news is worth. */
  readonly leastIntervalMs: number;
  /** Where the system puts its tables when nobody says otherwise; null: on the role's own search path. */
  readonly schema: string | null;
  readonly needs: readonly Needed[];
  read(ask: RunQuery, context: ReadContext): Promise<Result<TableReading>>;
}

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

/** Queues of one source, those without rows among them: names that come and go may not fill our memory. */
const QUEUES_KEPT_MAX = 10_000;

/**
 * Adds a row of zeros for each queue that had rows a poll ago and has none now: empty is measured, not unknown. Not
 * `exact`, as when the answer was cut, what is not there may still have rows.
 */
export function withEmptied(
  previous: SourceReading | null,
  queues: readonly JobQueue[],
  exact: boolean,
): readonly JobQueue[] {
  const present = new Set(queues.map((queue) => queue.queue));
  const gone = exact ? (previous?.queues ?? []).filter((queue) => !present.has(queue.queue)) : [];
  return [...queues, ...gone.map(emptied)].slice(0, QUEUES_KEPT_MAX).sort((a, b) => (a.queue < b.queue ? -1 : 1));
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

/** The SQLSTATE or system error code a driver error carries, null when it carries none. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** An instant of the source's clock in ours (epoch ms). */
export const ours = (theirsMs: number | null, clockAheadMs: number): number | null =>
  theirsMs === null ? null : theirsMs - clockAheadMs;

/**
 * A reading of a standby that is behind shows a moment that has passed: how long a job has waited is told as of then, or
 * each would seem to wait as long as the standby is behind. Counts of what is overdue are left as they are.
 */
export function asReplayed(reading: SourceReading): SourceReading {
  const behind = reading.standby?.behindSeconds ?? 0;
  if (behind === 0) return reading;
  const asOf = (queue: JobQueue): JobQueue =>
    queue.oldestDueSeconds === null
      ? queue
      : { ...queue, oldestDueSeconds: Math.max(0, queue.oldestDueSeconds - behind) };
  return { ...reading, queues: reading.queues.map(asOf) };
}

/**
 * 57014: cancelled by statement_timeout. 55P03: a lock was not to be had within lock_timeout. 40001: a standby ended the
 * statement, which stood in the way of what it had to replay.
 */
const isOutOfBudget = (error: unknown): boolean => ["57014", "55P03", "40001"].includes(errorCode(error) ?? "");

/** As PostgreSQL says it when it ends a statement for its time. */
export const outOfBudget = (message: string): Error => Object.assign(new Error(message), { code: "57014" });

/** The answer, or null when it would have cost more than the statement's budget. Other errors stay errors. */
export async function withinBudget<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isOutOfBudget(error)) return null;
    throw error;
  }
}

/** A question that cost its database a whole budget for nothing would do so again a poll later. */
export const COOLDOWN_MS = 10 * MINUTE;

/**
 * An `Ask` that leaves a question alone for ten minutes after it ran out of budget: it rejects at once as if it had
 * done so again. `resting` (question name → epoch ms of its end) is the caller's memory of it.
 */
export const withCooldown =
  (ask: RunQuery, resting: Map<string, number>, nowMs: number): RunQuery =>
  async (question) => {
    if ((resting.get(question.name) ?? 0) > nowMs) {
      throw outOfBudget(`"${question.name}" rests`);
    }
    try {
      return await ask(question);
    } catch (error) {
      // What was never asked for want of time says nothing about its own cost.
      if (question.rests && errorCode(error) === "57014" && !isUnasked(error))
        resting.set(question.name, nowMs + COOLDOWN_MS);
      throw error;
    }
  };

/** The error of a question for which the poll had no time left. */
export const skippedByCooldown = (question: Query): Error =>
  Object.assign(outOfBudget(`no time left for "${question.name}"`), { unasked: true });

const isUnasked = (error: unknown): boolean => typeof error === "object" && error !== null && "unasked" in error;
