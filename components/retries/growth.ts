import type { Point } from "@/lib/views/series/schema";

/** Over less than this a rate is noise; over more it is history. */
const SPAN_MIN_MS = 30_000;
const SPAN_MS = 300_000;

/** The last level of a series and how fast it has changed over the last five minutes; null when too little is known. */
export function growthOf(points: readonly Point[]): { readonly last: number; readonly perMinute: number } | null {
  const known = points.flatMap(([ms, , , mean]) => (mean === null ? [] : [{ ms, mean }]));
  const last = known.at(-1);
  const first = last && known.find((point) => point.ms >= last.ms - SPAN_MS);
  if (!last || !first || last.ms - first.ms < SPAN_MIN_MS) return null;
  return { last: last.mean, perMinute: ((last.mean - first.mean) * 60_000) / (last.ms - first.ms) };
}
