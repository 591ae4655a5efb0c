/**
 * How many sessions or consumers a client usually has, counted at regular intervals while it was connected. Stored with
 * the client.
 */
export interface UsualNumber {
  /** Counts of the learning time, the oldest first: each number, and how often in a row it was counted. */
  readonly counts: readonly CountedRun[];
  readonly countedMs: number | null;
  /** null: not learned yet. */
  readonly usual: number | null;
  /** Fewer than this are few; null until learned. */
  readonly few: number | null;
}

export type CountedRun = readonly [count: number, times: number];

export const UNKNOWN_NUMBER: UsualNumber = { counts: [], countedMs: null, usual: null, few: null };

/** Counts in the learning time: of a day, one each quarter of an hour. */
const COUNTS = 96;
/** Of a day, an hour: before that a number may be that of a deployment that is still starting. */
const COUNTS_MIN = 4;
/** Counts that may fall into a rolling update or a restart: one in four hours, two in a day. */
const DIP_SHARE = 16;
const DIPS_MAX = 2;
/** A number that is often half as much again as its usual least varies with the load: only half of the least is few. */
const VARIES_FROM = 1.5;
const OFTEN = 0.9;

/**
 * Adds a count, at most one per interval. The usual number is one that the client has always had but for short dips, so it
 * rises only after it was higher for almost all of the learning time, and never falls here: a fall may be a loss.
 */
export function recordNumber(before: UsualNumber, count: number, learnMs: number, nowMs: number): UsualNumber {
  // Not at once: the others of a deployment may follow within seconds.
  if (before.countedMs === null) return { ...before, countedMs: nowMs };
  if (nowMs - before.countedMs < learnMs / COUNTS) return before;
  const counts = withCount(before.counts, count);
  const sorted = expand(counts).sort((a, b) => a - b);
  const least = sorted[Math.min(DIPS_MAX, Math.floor(sorted.length / DIP_SHARE))] ?? 0;
  const usual = sorted.length >= COUNTS_MIN ? Math.max(least, before.usual ?? 0) : before.usual;
  if (usual === null) return { ...UNKNOWN_NUMBER, counts, countedMs: nowMs };
  const often = sorted[Math.floor((sorted.length - 1) * OFTEN)] ?? usual;
  return { counts, countedMs: nowMs, usual, few: often > usual * VARIES_FROM ? usual / 2 : usual };
}

/** The usual number is this from now on; what was counted before it no longer matters. */
export const learnAnew = (usual: number, nowMs: number): UsualNumber => ({
  counts: [[usual, COUNTS_MIN]],
  countedMs: nowMs,
  usual,
  few: usual,
});

/** How many are missing of the usual number; null while it is not known. One alone has no replicas. */
export function missingOf({ usual, few }: UsualNumber, present: number): number | null {
  if (usual === null || few === null) return null;
  return usual >= 2 && present < few ? usual - present : 0;
}

function withCount(counts: readonly CountedRun[], count: number): readonly CountedRun[] {
  const last = counts.at(-1);
  const runs: CountedRun[] =
    last?.[0] === count ? [...counts.slice(0, -1), [count, last[1] + 1]] : [...counts, [count, 1]];
  let excess = runs.reduce((sum, [, times]) => sum + times, 0) - COUNTS;
  return runs.flatMap<CountedRun>(([value, times]) => {
    const cut = Math.min(Math.max(0, excess), times);
    excess -= cut;
    return cut === times ? [] : [[value, times - cut]];
  });
}

const expand = (counts: readonly CountedRun[]): number[] =>
  counts.flatMap(([count, times]) => Array.from({ length: times }, () => count));
