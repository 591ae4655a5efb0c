import type { SeriesPoint } from "@/lib/views/series/schema";

/** One drawn series. Lines and areas are averaged per bucket unless they are `whole`; bars are counts and are summed. */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  readonly as: "line" | "area" | "bars";
  readonly points: readonly SeriesPoint[];
  readonly stepMs: number;
  /** Its values are whole numbers, such as late clients: a bucket shows its maximum, for a mean is a fraction of one. */
  readonly whole?: boolean;
}

/** One bucket of all series: `key` is the mean or sum, `key.band` the minimum and maximum of a line or area. */
export type ChartRow = { readonly ms: number } & Readonly<Record<string, number | readonly [number, number] | null>>;

/** Resamples all series to the coarsest of their steps. A bucket without a measurement is null or absent. */
export function rowsOf(drawn: readonly ChartLine[], fromMs: number, toMs: number): readonly ChartRow[] {
  const step = Math.max(1_000, ...drawn.map((series) => series.stepMs));
  const first = Math.floor(fromMs / step) * step;
  const rows = new Map<number, Record<string, number | readonly [number, number] | null>>();
  for (let ms = first; ms <= toMs; ms += step) rows.set(ms, {});
  for (const series of drawn) {
    for (const [ms, points] of Map.groupBy(series.points, ([at]) => Math.floor(at / step) * step)) {
      const row = rows.get(ms);
      if (row) Object.assign(row, bucket(series, points));
    }
  }
  return [...rows].map(([ms, row]) => ({ ...row, ms }));
}

function bucket(
  series: ChartLine,
  points: readonly SeriesPoint[],
): Record<string, number | readonly [number, number] | null> {
  const known = points.filter(([, , , mean]) => mean !== null);
  if (known.length === 0) return { [series.key]: null };
  const sum = known.reduce((total, [, , , mean]) => total + (mean ?? 0), 0);
  if (series.as === "bars") return { [series.key]: sum };
  const low = Math.min(...known.map(([, min]) => min ?? 0));
  const high = Math.max(...known.map(([, , max]) => max ?? 0));
  return { [series.key]: series.whole === true ? high : sum / known.length, [`${series.key}.band`]: [low, high] };
}

/** The last measured value of a series; null if there is none. */
export function lastOf(rows: readonly ChartRow[], key: string): number | null {
  for (let at = rows.length - 1; at >= 0; at--) {
    const value = rows[at]?.[key];
    if (typeof value === "number") return value;
  }
  return null;
}

export const isEmpty = (drawn: readonly ChartLine[]): boolean =>
  drawn.every((series) => series.points.every(([, , , mean]) => mean === null));

export const greatest = (drawn: readonly ChartLine[]): number =>
  Math.max(0, ...drawn.flatMap((series) => series.points.map(([, , max]) => max ?? 0)));
