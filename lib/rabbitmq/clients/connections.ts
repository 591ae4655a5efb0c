/** How many sessions a client usually has, from counts at regular intervals while it was connected. */
export interface UsualCount {
  readonly startedMs: number;
  readonly countedMs: number;
  readonly counts: readonly number[];
  /** The median count; null until the learning time has passed. */
  readonly sessions: number | null;
}

/** Counts in the learning time: of a day, one each quarter of an hour. */
const COUNTS = 96;

/** The usual number as it was stored: as if it had been counted for half of the learning time. */
export const knownCount = (sessions: number | null, nowMs: number): UsualCount | null =>
  sessions === null
    ? null
    : { startedMs: 0, countedMs: nowMs, counts: Array.from({ length: COUNTS / 2 }, () => sessions), sessions };

/** Adds a count of open sessions, at most one per interval. `learnMs` is the learning time. */
export function recordCount(
  before: UsualCount | null,
  open: number,
  learnMs: number,
  nowMs: number,
): UsualCount | null {
  if (open === 0) return before;
  if (before === null) return { startedMs: nowMs, countedMs: nowMs, counts: [open], sessions: null };
  if (nowMs - before.countedMs < learnMs / COUNTS) return before;
  const counts = [...before.counts, open].slice(-COUNTS);
  const learned = nowMs - before.startedMs >= learnMs;
  return { ...before, countedMs: nowMs, counts, sessions: learned ? median(counts) : null };
}

const median = (counts: readonly number[]): number | null =>
  counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? null;

/** Sessions beyond the usual number, if there are more than twice as many; null while it is being learned. */
export function sessionsLeaked(open: number, usual: UsualCount | null): number | null {
  const usually = usual?.sessions ?? null;
  // The usual number is at least one, and two are not more than twice that.
  if (usually === null) return open <= 2 ? 0 : null;
  return open > 2 * usually ? open - usually : 0;
}
