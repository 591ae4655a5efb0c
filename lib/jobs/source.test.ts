import { expect, test } from "vitest";
import type { SourceReading } from "@/lib/jobs/job";
import { affordable, type CounterAt, clockAhead, errorCode, perMinute } from "@/lib/jobs/source";

test.each<[string, CounterAt | null, CounterAt, number | null]>([
  ["the first reading has no rate", null, { atMs: 0, total: 5 }, null],
  ["thirty in half a minute", { atMs: 0, total: 5 }, { atMs: 30_000, total: 35 }, 60],
  ["none is a rate of none", { atMs: 0, total: 5 }, { atMs: 30_000, total: 5 }, 0],
  ["a counter that went back was reset", { atMs: 0, total: 5 }, { atMs: 30_000, total: 4 }, null],
  ["not measured before", { atMs: 0, total: null }, { atMs: 30_000, total: 4 }, null],
  ["not measured now", { atMs: 0, total: 4 }, { atMs: 30_000, total: null }, null],
  ["too close together", { atMs: 0, total: 4 }, { atMs: 999, total: 40 }, null],
  ["a clock that went back", { atMs: 30_000, total: 4 }, { atMs: 0, total: 40 }, null],
])("rate: %s", (_, before, after, expected) => expect(perMinute(before, after)).toBe(expected));

const held = (clockAheadMs: number): SourceReading => ({
  ...{ queues: [], runners: null, finishedTotal: null, generation: "", atMs: 0, exactAgainMs: null, standby: null },
  clockAheadMs,
});

test.each<[string, SourceReading | null, number, number]>([
  ["a round trip is not a difference", null, 1_800, 0],
  ["a minute ahead", null, 60_000, 60_000],
  ["a minute behind", null, -60_000, -60_000],
  ["once measured it stays", held(60_000), 61_200, 60_000],
  ["until the clock is set", held(60_000), 40, 40],
])("clock: %s", (_, previous, seenMs, expected) => {
  expect(clockAhead(previous, 1_000_000 + seenMs, 1_000_000)).toBe(expected);
});

test.each([
  ["57014", null],
  ["55P03", null],
])("an answer out of budget (%s) is not measured", async (code, expected) => {
  expect(await affordable(Promise.reject(Object.assign(new Error("x"), { code })))).toBe(expected);
});

test("any other error stays one", async () => {
  const error = Object.assign(new Error("x"), { code: "42501" });
  await expect(affordable(Promise.reject(error))).rejects.toBe(error);
  expect([errorCode(error), errorCode(null), errorCode("57014"), errorCode({ code: 5 })]).toEqual([
    "42501",
    null,
    null,
    null,
  ]);
});
