import { expect, test } from "vitest";
import { type ChartLine, isEmpty, lastOf, rowsOf } from "@/components/charts/rows";
import type { SeriesPoint } from "@/lib/views/series/schema";

const drawn = (as: ChartLine["as"], stepMs: number, points: SeriesPoint[]): ChartLine => ({
  key: as,
  label: as,
  colour: "",
  as,
  points,
  stepMs,
});
const at = (seconds: number, mean: number | null): SeriesPoint => [seconds * 1_000, mean, mean, mean];

test("on a coarser grid levels are averaged and keep their extremes, counts are summed, and gaps stay null", () => {
  const line = drawn("line", 5_000, [at(0, 1), at(5, 3), at(10, null), at(15, null)]);
  const bars = drawn("bars", 10_000, [at(0, 2), at(10, 0)]);
  expect(rowsOf([line, bars], 0, 19_999)).toEqual([
    { ms: 0, line: 2, "line.band": [1, 3], bars: 2 },
    { ms: 10_000, line: null, bars: 0 },
  ]);
});

test("a line of whole numbers shows no fraction of one", () => {
  const late = { ...drawn("area", 5_000, [[0, 0, 1, 0.2]]), whole: true };
  expect(lastOf(rowsOf([late], 0, 4_999), "area")).toBe(1);
  const coarser = { ...drawn("line", 5_000, [at(0, 1), at(5, 2)]), whole: true };
  expect(rowsOf([coarser, drawn("bars", 10_000, [])], 0, 9_999)).toMatchObject([{ line: 2 }]);
});

test("a bucket without a measurement is null, not zero", () => {
  const rows = rowsOf([drawn("line", 5_000, [at(5, 4)])], 0, 14_999);
  expect(rows.map((row) => row.line ?? null)).toEqual([null, 4, null]);
  expect(lastOf(rows, "line")).toBe(4);
  expect(isEmpty([drawn("line", 5_000, [at(0, null)])])).toBe(true);
});
