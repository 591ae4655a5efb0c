import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";

/** The most buckets of one chart: about one per 3 px of a wide one, and as many as a browser redraws in 20 ms. */
export const POINTS_MAX = 300;

/** One bucket: its start in epoch ms, then min, max and average; null where nothing was measured. */
export type BucketPoint = readonly [ms: number, min: number | null, max: number | null, avg: number | null];

export interface Buckets {
  /** Start of the first bucket: a multiple of the step, so that the same instants share a bucket at every refresh. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Steps that people read easily. Those of a minute and more are whole minutes, since history is stored in minutes. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 3, 4, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
];

/** The finest buckets over [fromMs, toMs) that are at most `points` and none shorter than `stepMinMs`. */
export function bucketsFor(fromMs: number, toMs: number, points: number, stepMinMs: number): Buckets {
  const most = Math.max(2, Math.min(POINTS_MAX, Math.trunc(points)));
  const step = STEPS.find((candidate) => candidate >= stepMinMs && countOf(fromMs, toMs, candidate) <= most);
  const stepMs = step ?? wholeDays(fromMs, toMs, most);
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  const count = countOf(fromMs, toMs, stepMs);
  return { startMs, endMs: startMs + count * stepMs, stepMs, count };
}

function wholeDays(fromMs: number, toMs: number, most: number): number {
  // One bucket more than the range needs, because the first one may begin before it.
  return Math.max(1, Math.ceil((toMs - fromMs) / DAY / (most - 1))) * DAY;
}

const countOf = (fromMs: number, toMs: number, stepMs: number): number =>
  Math.max(1, Math.ceil(toMs / stepMs) - Math.floor(fromMs / stepMs));

/** What was measured in one bucket. */
export interface Cell {
  readonly bucket: number;
  readonly lo: number;
  readonly hi: number;
  readonly mean: number;
}

/** Every bucket in order: measured, or the value of `empty` (0 where none was counted, null where nothing is known). */
export function pointsOf(
  buckets: Buckets,
  cells: readonly Cell[],
  empty: (bucket: number) => number | null,
): BucketPoint[] {
  const measured = new Map(cells.map((cell) => [cell.bucket, cell]));
  return Array.from({ length: buckets.count }, (_, bucket): BucketPoint => {
    const ms = buckets.startMs + bucket * buckets.stepMs;
    const cell = measured.get(bucket);
    if (cell) return [ms, cell.lo, cell.hi, cell.mean];
    const value = empty(bucket);
    return [ms, value, value, value];
  });
}
