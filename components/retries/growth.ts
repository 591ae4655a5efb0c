import { changePerMinute, recentLevels } from "@/lib/sources/jobs/growth";
import type { SeriesPoint } from "@/lib/views/series/schema";

/** The last value of a series and its change per minute over the last five minutes; null without enough points. */
export function growthOf(points: readonly SeriesPoint[]): { readonly last: number; readonly perMinute: number } | null {
  const levels = points.flatMap(([atMs, , , mean]) => (mean === null ? [] : [{ atMs, level: mean }]));
  const last = levels.at(-1);
  const perMinute = last === undefined ? null : changePerMinute(recentLevels(levels, last.atMs));
  return last === undefined || perMinute === null ? null : { last: last.level, perMinute };
}
