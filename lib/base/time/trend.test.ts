import fc from "fast-check";
import { expect, test } from "vitest";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Drain, drainOf, followTrend, NO_TREND, type Trend, trendWindowMs } from "@/lib/base/time/trend";

const POLL_MS = 5 * SECOND;
const RUNS = { numRuns: propertyRuns(300) };

interface Followed {
  readonly level: number | null;
  readonly trend: Trend;
  readonly drain: Drain;
}

/** The trend after each poll of a story of levels; null is a poll without the number. */
function story(levels: readonly (number | null)[], everyMs = POLL_MS): Followed[] {
  let trend = NO_TREND;
  return levels.map((level, at) => {
    trend = followTrend(trend, level, { nowMs: at * everyMs, overMs: trendWindowMs(everyMs) });
    return { level, trend, drain: drainOf(level, trend, "exact") };
  });
}

const minutes = (count: number): number => (count * MINUTE) / POLL_MS;
const levels = (count: number, levelAt: (at: number) => number): number[] =>
  Array.from({ length: count }, (_, at) => levelAt(at));
const lastOf = (followed: readonly Followed[]): Followed => {
  const last = followed.at(-1);
  if (last === undefined) throw new Error("an empty story");
  return last;
};

test.each<[string, readonly (number | null)[], number, number | null]>([
  ["one level has no slope", [5], MINUTE, null],
  ["two levels could be anything", [0, 10], 2 * MINUTE, null],
  ["three on a line are steady", [0, 10, 20], MINUTE, 10],
  ["three that are not say nothing", [0, 10, 0], MINUTE, null],
  ["four on a line are steady", [0, 10, 20, 30], MINUTE, 10],
  ["a decrease", [80, 60, 40, 20], MINUTE, -20],
  ["a poll without the number changes nothing", [0, null, 20, 30, 40], MINUTE, 10],
  ["what was an hour ago does not count", [...levels(50, (at) => at * 100), ...levels(15, () => 4_900)], MINUTE, 0],
  ["a source polled every 15 minutes is followed for two hours", [0, 150, 300, 450], 15 * MINUTE, 10],
])("%s", (_, story_, everyMs, perMinute) => expect(lastOf(story(story_, everyMs)).trend.perMinute).toBe(perMinute));

test("there is no slope before two minutes have been seen", () => {
  const ramp = story(levels(minutes(3), (at) => at));
  expect(ramp.slice(0, minutes(2)).map(({ trend }) => trend.perMinute)).toEqual(
    levels(minutes(2), () => 0).map(() => null),
  );
  expect(lastOf(ramp).trend.perMinute).toBeCloseTo(12);
});

test("a restart is a break: nothing before it counts", () => {
  const { trend } = lastOf(story(levels(minutes(5), (at) => at)));
  expect(followTrend(trend, 0, { nowMs: 6 * MINUTE, broke: true })).toMatchObject({
    perMinute: null,
    points: [{ level: 0 }],
  });
});

test("a batch that arrives at once is no growth, and its end is foreseen once it drains steadily", () => {
  const flat = story([...levels(minutes(8), () => 0), ...levels(minutes(20), () => 1_000)]);
  expect(flat.filter(({ drain }) => drain.is === "growing" || drain.is === "draining")).toEqual([]);
  const drained = story([...levels(minutes(8), () => 0), ...levels(minutes(10), (at) => 10_000 - at * 50)]);
  expect(drained.filter(({ drain }) => drain.is === "growing")).toEqual([]);
  const { level, drain } = lastOf(drained);
  expect(drain).toEqual({ is: "draining", seconds: expect.closeTo(((level ?? 0) / 600) * 60, -1) });
});

test("a purge forecasts no end, and growth is known again two minutes after it", () => {
  const grown = levels(minutes(8), (at) => 5_000 + at * 10);
  const purged = story([...grown, ...levels(minutes(5), (at) => at * 10)]);
  expect(purged.filter(({ drain }) => drain.is === "draining")).toEqual([]);
  expect(lastOf(purged).trend.perMinute).toBeCloseTo(120);
  const cleared = story([...grown, ...levels(minutes(10), () => 0)]);
  expect(cleared.filter(({ drain }) => drain.is === "draining")).toEqual([]);
});

test("what has drained falls no further", () => {
  const drained = story([...levels(minutes(8), (at) => 960 - at * 10), ...levels(minutes(5), () => 0)]);
  const empty = drained.filter(({ level }) => level === 0);
  expect(empty.filter(({ trend }) => (trend.perMinute ?? 0) !== 0)).toEqual([]);
  expect(lastOf(drained).trend.perMinute).toBe(0);
});

test("consumers that stop are seen as growth within the window", () => {
  const stopped = story([...levels(minutes(15), () => 0), ...levels(minutes(6), (at) => at * 5)]);
  expect(lastOf(stopped).trend.perMinute).toBeCloseTo(60);
});

test("slow growth one message at a time is growth", () => {
  const slow = story(levels(minutes(20), (at) => Math.floor(at / minutes(1))));
  expect(lastOf(slow).trend.perMinute).toBeCloseTo(1, 0);
});

test("whatever the noise around a level, no end is near and no growth is large", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 30, maxLength: 150 }), (noise) => {
      for (const { drain, trend } of story(noise.map((one) => 1_000 + one))) {
        if (drain.is === "draining") expect(drain.seconds).toBeGreaterThan(1_000);
        expect(Math.abs(trend.perMinute ?? 0)).toBeLessThanOrEqual(100 / 2);
      }
    }),
    RUNS,
  ));

test("noise that falls for two minutes is no steeper than its range", () => {
  const noise = [24, 0, 0, 0, 0, 0, 47, 0, 0, 0, 0, 0, 18, 0, 0, 0, 0, 0, -4, 0, 0, 0, 0, 0, -30, -37];
  const levels = [...noise, ...Array.from({ length: 17 }, () => 0)].map((one) => 1_000 + one);
  expect(Math.max(...story(levels).map(({ trend }) => Math.abs(trend.perMinute ?? 0)))).toBeLessThanOrEqual(50);
});

test("noise does not hide growth", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 120, maxLength: 120 }), (noise) => {
      const { trend } = lastOf(story(noise.map((one, at) => 1_000 + at * 20 + one)));
      expect(trend.perMinute).toBeGreaterThan(120);
      expect(trend.perMinute).toBeLessThan(400);
    }),
    RUNS,
  ));

test("a sawtooth shorter than the window never drains and never grows at the rate of a tooth", () =>
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 24 }), fc.integer({ min: 1, max: 100 }), (length, rise) => {
      const teeth = story(levels(minutes(20), (at) => (at % length) * rise));
      for (const { drain, trend } of teeth.slice(minutes(10))) {
        expect(drain.is).not.toBe("draining");
        expect(Math.abs(trend.perMinute ?? 0)).toBeLessThan((rise * minutes(1)) / 2);
      }
    }),
    RUNS,
  ));

test("any purge of a growing queue and any batch into a quiet one forecast nothing", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 30, max: 200 }),
      fc.integer({ min: 1, max: 1e6 }),
      (rise, before, size) => {
        const purge = [...levels(before, (at) => 1 + at * rise), ...levels(minutes(10), () => 0)];
        expect(story(purge).filter(({ drain }) => drain.is === "draining")).toEqual([]);
        const batch = [...levels(before, () => 0), ...levels(minutes(10), () => size)];
        expect(story(batch).filter(({ drain }) => drain.is === "growing")).toEqual([]);
      },
    ),
    RUNS,
  ));

test("a trend holds a bounded number of levels", () =>
  expect(
    lastOf(
      story(
        levels(2_000, (at) => at),
        SECOND,
      ),
    ).trend.points.length,
  ).toBeLessThanOrEqual(22));

test.each<[string, readonly number[], "exact" | "estimated", Drain]>([
  ["nothing is there", [30, 20, 10, 0], "exact", { is: "empty" }],
  ["100 left, 50 a minute less", [250, 200, 150, 100], "exact", { is: "draining", seconds: 120 }],
  ["growing", [100, 150, 200, 250], "exact", { is: "growing" }],
  ["the same", [100, 100, 100, 100], "exact", { is: "steady" }],
  ["too slow for a useful forecast", [1_000_000, 999_500, 999_000, 998_500], "exact", { is: "steady" }],
  ["first poll", [100], "exact", { is: "unknown", because: "too-soon" }],
  ["estimates vary", [1_000, 980, 960, 940], "estimated", { is: "steady" }],
  [
    "an estimate a third lower is a decrease",
    [1_200, 1_100, 1_000, 900],
    "estimated",
    { is: "draining", seconds: 540 },
  ],
])("%s", (_, seen, countsAre, expected) => {
  const { level, trend } = lastOf(story(seen, MINUTE));
  expect(drainOf(level, trend, countsAre)).toEqual(expected);
});

test("what is not counted has no forecast", () =>
  expect(drainOf(null, NO_TREND, "exact")).toEqual({ is: "unknown", because: "not-counted" }));
