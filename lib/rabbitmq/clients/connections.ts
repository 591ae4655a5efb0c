/** How many sessions a client usually holds, from counts taken at even distances while it was connected. */
export interface UsualCount {
  readonly startedMs: number;
  readonly countedMs: number;
  readonly counts: readonly number[];
  /** The median count; null until it was learned from for as long as asked. */
  readonly sessions: number | null;
}

/** Counts in the time that is learned from: one each quarter of an hour of a day. */
const COUNTS = 96;

/** One more look: (usual, sessions open, now) → usual. `learnMs` is how far back it remembers. */
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

/** Sessions beyond the usual number, once there are more than twice as many; null while nothing is usual yet. */
export function sessionsLeaked(open: number, usual: UsualCount | null): number | null {
  const usually = usual?.sessions ?? null;
  // Whatever is usual, it is one at least, and two are not more than twice that.
  if (usually === null) return open <= 2 ? 0 : null;
  return open > 2 * usually ? open - usually : 0;
}
