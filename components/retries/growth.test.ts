import { expect, test } from "vitest";
import { growthOf } from "@/components/retries/growth";
import type { SeriesPoint } from "@/lib/views/series/schema";

const series = (...values: (number | null)[]): SeriesPoint[] =>
  values.map((value, at) => [at * 60_000, value, value, value]);

test.each([
  ["growth of ten per minute", series(0, 10, 20), { last: 20, perMinute: 10 }],
  ["a decrease gives a negative rate", series(20, 10), { last: 10, perMinute: -10 }],
  ["only the last five minutes count", series(1_000, 0, 0, 0, 0, 0, 0), { last: 0, perMinute: 0 }],
  ["a gap is not a decrease", series(10, null, 30), { last: 30, perMinute: 10 }],
  ["a single value gives no rate", series(5), null],
  ["no measurement gives no rate", series(null, null), null],
])("%s", (_, points, expected) => expect(growthOf(points)).toEqual(expected));
