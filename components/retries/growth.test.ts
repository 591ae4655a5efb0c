import { expect, test } from "vitest";
import { growthOf } from "@/components/retries/growth";
import type { Point } from "@/lib/views/series/schema";

const story = (...values: (number | null)[]): Point[] => values.map((value, at) => [at * 60_000, value, value, value]);

test.each([
  ["grows by ten a minute", story(0, 10, 20), { last: 20, perMinute: 10 }],
  ["falls", story(20, 10), { last: 10, perMinute: -10 }],
  ["only the last five minutes count", story(1_000, 0, 0, 0, 0, 0, 0), { last: 0, perMinute: 0 }],
  ["a gap is not a fall", story(10, null, 30), { last: 30, perMinute: 10 }],
  ["one number is no rate", story(5), null],
  ["nothing measured", story(null, null), null],
])("%s", (_, points, told) => expect(growthOf(points)).toEqual(told));
