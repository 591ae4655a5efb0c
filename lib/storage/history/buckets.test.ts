import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { bucketsFor, POINTS_MAX, pointsOf } from "@/lib/storage/history/buckets";

test.each([
  ["15 min of polls every 5 s", 15 * MINUTE, 300, 10 * SECOND, 10 * SECOND],
  ["1 h in 300 buckets", HOUR, 300, 10 * SECOND, 15 * SECOND],
  ["3 h of minutes", 3 * HOUR, 300, MINUTE, MINUTE],
  ["24 h of minutes", DAY, 300, MINUTE, 5 * MINUTE],
  ["24 h for a sparkline", DAY, 60, MINUTE, 30 * MINUTE],
  ["30 days", 30 * DAY, 300, MINUTE, 3 * HOUR],
  ["400 days", 400 * DAY, 100, MINUTE, 5 * DAY],
])("%s", (_, range, points, stepMinMs, stepMs) => {
  const to = Date.UTC(2026, 10, 21);
  expect(bucketsFor(to - range, to, points, stepMinMs).stepMs).toBe(stepMs);
});

test("any range is covered, from bounds that do not move with it, in no more buckets than requested", () => {
  const ranges = fc.record({
    from: fc.integer({ min: 0, max: 2e12 }),
    length: fc.integer({ min: 1, max: 3e11 }),
    points: fc.integer({ min: 2, max: 1_000 }),
    stepMin: fc.integer({ min: 0, max: 4 * MINUTE }),
  });
  fc.assert(
    fc.property(ranges, ({ from, length, points, stepMin }) => {
      const buckets = bucketsFor(from, from + length, points, stepMin);
      expect(buckets.count).toBeLessThanOrEqual(Math.min(points, POINTS_MAX));
      expect(buckets.stepMs).toBeGreaterThanOrEqual(stepMin);
      expect(buckets.startMs % buckets.stepMs).toBe(0);
      expect(buckets.startMs).toBeLessThanOrEqual(from);
      expect(buckets.endMs).toBeGreaterThanOrEqual(from + length);
    }),
  );
});

test("an empty bucket has the value of `empty`", () => {
  const buckets = { startMs: 0, endMs: 3_000, stepMs: 1_000, count: 3 };
  const cells = [{ bucket: 1, lo: 1, hi: 3, mean: 2 }];
  expect(pointsOf(buckets, cells, (bucket) => (bucket === 0 ? 0 : null))).toEqual([
    [0, 0, 0, 0],
    [1_000, 1, 3, 2],
    [2_000, null, null, null],
  ]);
});
