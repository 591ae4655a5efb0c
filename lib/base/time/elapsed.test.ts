import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  accumulate,
  type Elapsed,
  elapsedSeconds,
  followSince,
  secondsSince,
  skipInterval,
  unchangedSince,
} from "@/lib/base/time/elapsed";

/** Observations at minutes: "+" it holds, "?" cannot be told, "-" it does not. The answer is seconds at the end. */
const observe = (story: readonly (readonly [number, "+" | "?" | "-"])[], startUnknown = false): number | null =>
  elapsedSeconds(
    story.reduce<Elapsed | null>((before, [minute, holds]) => {
      const nowMs = minute * MINUTE;
      if (holds === "-") return null;
      return holds === "+" ? accumulate(before, nowMs, startUnknown) : skipInterval(before, nowMs);
    }, null),
  );

test.each<[string, Parameters<typeof observe>[0], number]>([
  ["the first observation has held for nothing yet", [[0, "+"]], 0],
  [
    "time between observations counts",
    [
      [0, "+"],
      [1, "+"],
      [3, "+"],
    ],
    180,
  ],
  [
    "of a long gap five minutes count",
    [
      [0, "+"],
      [60, "+"],
    ],
    300,
  ],
  [
    "time that cannot be told does not count",
    [
      [0, "+"],
      [2, "?"],
      [3, "+"],
    ],
    60,
  ],
  [
    "a clock that runs back takes nothing away",
    [
      [2, "+"],
      [4, "+"],
      [1, "+"],
    ],
    120,
  ],
  [
    "a break begins anew",
    [
      [0, "+"],
      [4, "-"],
      [5, "+"],
      [6, "+"],
    ],
    60,
  ],
])("%s", (_, story, seconds) => expect(observe(story)).toBe(seconds));

test("what began before the first observation is not known for ten minutes", () => {
  const from = (minutes: number) =>
    Array.from({ length: minutes + 1 }, (_, minute): readonly [number, "+"] => [minute, "+"]);
  expect([observe(from(9), true), observe(from(10), true)]).toEqual([null, 600]);
});

test.each<[string, number | null, boolean | null, number | null]>([
  ["begins now", null, true, HOUR],
  ["goes on", MINUTE, true, MINUTE],
  ["is over", MINUTE, false, null],
  ["cannot be told: stays", MINUTE, null, MINUTE],
])("an instant since which a condition has held %s", (_, beforeMs, holds, sinceMs) =>
  expect(followSince(beforeMs, holds, HOUR)).toBe(sinceMs),
);

test("what changed has been so since now", () =>
  expect([
    unchangedSince(null, true, HOUR),
    unchangedSince(MINUTE, false, HOUR),
    unchangedSince(MINUTE, true, HOUR),
  ]).toEqual([HOUR, HOUR, MINUTE]));

test("seconds since an instant are never negative", () =>
  expect([secondsSince(null, 0), secondsSince(0, SECOND), secondsSince(SECOND, 0)]).toEqual([0, 1, 0]));
