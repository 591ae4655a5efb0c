import { expect, test } from "vitest";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import { type CounterSample, clockAhead, perMinute, withoutStandbyLag } from "@/lib/sources/jobs/reading";

test.each<[string, CounterSample | null, CounterSample, number | null]>([
  ["the first sample has no rate", null, { atMs: 0, total: 5 }, null],
  ["thirty in half a minute", { atMs: 0, total: 5 }, { atMs: 30_000, total: 35 }, 60],
  ["no growth is a rate of 0", { atMs: 0, total: 5 }, { atMs: 30_000, total: 5 }, 0],
  ["a counter that fell was reset", { atMs: 0, total: 5 }, { atMs: 30_000, total: 4 }, null],
  ["not measured before", { atMs: 0, total: null }, { atMs: 30_000, total: 4 }, null],
  ["not measured now", { atMs: 0, total: 4 }, { atMs: 30_000, total: null }, null],
  ["too close together", { atMs: 0, total: 4 }, { atMs: 999, total: 40 }, null],
  ["a clock that was set back", { atMs: 30_000, total: 4 }, { atMs: 0, total: 40 }, null],
])("rate: %s", (_, before, after, expected) => expect(perMinute(before, after)).toBe(expected));

const QUEUE: JobQueue = {
  source: "s",
  kind: "river",
  queue: "q",
  countsAre: "exact",
  errors: [],
  stuck: null,
  conflicts: null,
  counts: { queued: 1, running: 0, retry: 0, failed: 0, done: 0, scheduled: null },
  retry: { due: 0, later: 0 },
  oldestDueSeconds: null,
  throughputPerMinute: null,
};

const readingWith = (clockAheadMs: number): SourceReading => ({
  queues: [],
  runners: null,
  finishedTotal: null,
  generation: "",
  atMs: 0,
  exactAgainMs: null,
  standby: null,
  clockAheadMs,
});

test.each<[string, SourceReading | null, number, number]>([
  ["a round trip is no difference", null, 1_800, 0],
  ["a minute ahead", null, 60_000, 60_000],
  ["a minute behind", null, -60_000, -60_000],
  ["a measured difference stays constant", readingWith(60_000), 61_200, 60_000],
  ["until a clock is set", readingWith(60_000), 40, 40],
])("clock: %s", (_, previous, measuredMs, expected) => {
  expect(clockAhead(previous, 1_000_000 + measuredMs, 1_000_000)).toBe(expected);
});

test.each<[string, SourceReading["standby"], number | null, number | null]>([
  ["a primary", null, 90, 90],
  ["a standby that is up to date", { behindSeconds: 0 }, 90, 90],
  ["a standby that is behind: its lag is subtracted", { behindSeconds: 60 }, 90, 30],
  ["the lag is longer than the wait: 0", { behindSeconds: 600 }, 90, 0],
  ["a standby whose lag is unknown", { behindSeconds: null }, 90, 90],
  ["no job is due", { behindSeconds: 60 }, null, null],
])("wait of the oldest job, %s", (_, standby, seconds, expected) => {
  const reading = { ...readingWith(0), standby, queues: [{ ...QUEUE, oldestDueSeconds: seconds }] };
  expect(withoutStandbyLag(reading).queues.map((queue) => queue.oldestDueSeconds)).toEqual([expected]);
});
