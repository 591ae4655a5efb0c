import { describe, expect, test } from "vitest";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import {
  asReplayed,
  type CounterAt,
  clockAhead,
  errorCode,
  outOfBudget,
  perMinute,
  type Query,
  skippedByCooldown,
  withCooldown,
  withinBudget,
} from "@/lib/sources/jobs/source";

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

const QUEUE: JobQueue = {
  ...{ source: "s", kind: "river", queue: "q", countsAre: "exact", errors: [], stuck: null, conflicts: null },
  counts: { queued: 1, running: 0, retry: 0, failed: 0, done: 0 },
  retry: { due: 0, later: 0 },
  ...{ oldestDueSeconds: null, throughputPerMinute: null },
};

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

test.each<[string, SourceReading["standby"], number | null, number | null]>([
  ["a primary", null, 90, 90],
  ["a standby that is up to date", { behindSeconds: 0 }, 90, 90],
  ["one that is behind shows a wait of then", { behindSeconds: 60 }, 90, 30],
  ["what was new then has not waited", { behindSeconds: 600 }, 90, 0],
  ["one that cannot say", { behindSeconds: null }, 90, 90],
  ["nothing waits", { behindSeconds: 60 }, null, null],
])("how long the oldest waits, by %s", (_, standby, seconds, told) => {
  const reading = { ...held(0), standby, queues: [{ ...QUEUE, oldestDueSeconds: seconds }] };
  expect(asReplayed(reading).queues.map((queue) => queue.oldestDueSeconds)).toEqual([told]);
});

test.each([
  ["57014", null],
  ["55P03", null],
  ["40001", null],
])("an answer out of budget (%s) is not measured", async (code, expected) => {
  expect(await withinBudget(Promise.reject(Object.assign(new Error("x"), { code })))).toBe(expected);
});

test("any other error stays one", async () => {
  const error = Object.assign(new Error("x"), { code: "42501" });
  await expect(withinBudget(Promise.reject(error))).rejects.toBe(error);
  expect([errorCode(error), errorCode(null), errorCode("57014"), errorCode({ code: 5 })]).toEqual([
    "42501",
    null,
    null,
    null,
  ]);
});

describe("a question that rests", () => {
  const slow = outOfBudget("canceling statement due to statement timeout");
  const MINUTE = 60_000;

  test.each<[string, Partial<Query>, Error, number, number]>([
    ["is left alone after it ran out of budget", { rests: true }, slow, 9 * MINUTE, 1],
    ["is asked again after ten minutes", { rests: true }, slow, 10 * MINUTE, 2],
    ["only if it says so", {}, slow, MINUTE, 2],
    ["not for want of the poll's time", { rests: true }, skippedByCooldown({ name: "q", text: "" }), MINUTE, 2],
    ["not for another fault", { rests: true }, Object.assign(new Error("x"), { code: "42501" }), MINUTE, 2],
  ])("%s", async (_, how, fault, laterMs, asked) => {
    let times = 0;
    const resting = new Map<string, number>();
    const ask = (): Promise<never> => {
      times++;
      return Promise.reject(fault);
    };
    for (const nowMs of [0, laterMs]) {
      await expect(withCooldown(ask, resting, nowMs)({ name: "q", text: "", ...how })).rejects.toHaveProperty("code");
    }
    expect(times).toBe(asked);
  });
});
