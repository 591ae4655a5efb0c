import { expect, test } from "vitest";
import { type CauseInput, causeOf, conflictLoopSeconds } from "@/lib/sources/jobs/cause";
import type { JobQueue } from "@/lib/sources/jobs/job";

const NOW = 1_800_000_000_000;
const queue: JobQueue = {
  source: "s",
  kind: "bitmagnet",
  queue: "q",
  countsAre: "exact",
  counts: { queued: 5, running: 0, retry: 9, failed: 0, done: 0, scheduled: null },
  retry: { due: 9, later: 0 },
  oldestDueSeconds: 600,
  throughputPerMinute: null,
  errors: [],
  stuck: null,
  conflicts: 0,
};
const alike = (count: number, others: number, agoMs = 0): JobQueue => ({
  ...queue,
  errors: [
    { group: "tmdb: #", count, lastSeenMs: NOW - agoMs },
    { group: "other", count: others, lastSeenMs: NOW },
  ],
});
const stalled = { stalledSeconds: 300, untakenSeconds: 0, starvedSeconds: 0 };

test.each<[string, Partial<CauseInput>, string | null]>([
  ["nothing explains it", {}, null],
  ["a twin holds the key", { queue: { ...queue, conflicts: 3 }, untakenSeconds: 300, starvedSeconds: 300 }, "conflict"],
  ["no job is picked up", { untakenSeconds: 300 }, "not-taken"],
  ["fresh jobs first", { starvedSeconds: 300 }, "starved"],
  ["80 of 100 failures are the same", { queue: alike(80, 20) }, "one-error"],
  ["79 of 100 are not enough", { queue: alike(79, 21) }, null],
  ["19 in all can be chance", { queue: alike(18, 1) }, null],
  ["an error that no longer occurs", { queue: alike(80, 20, 600_000) }, null],
  ["four minutes are too soon", { queue: alike(80, 20), stalledSeconds: 240 }, null],
  ["not measured", { queue: alike(80, 20), stalledSeconds: null, untakenSeconds: null }, null],
])("%s", (_, input, expected) => expect(causeOf({ queue, nowMs: NOW, ...stalled, ...input })).toBe(expected));

test.each<[number | null, number | null, number | null]>([
  [2, 300, 300],
  [0, 300, 0],
  [null, 300, null],
  [2, null, null],
])("%s twins, stalled for %s s: a loop of %s s", (conflicts, stalledSeconds, expected) =>
  expect(conflictLoopSeconds({ ...queue, conflicts }, stalledSeconds, null)).toBe(expected),
);

const rolledBack = (loopSeconds: number) => ({ updates: 10, rollbacks: 10, spanSeconds: 300, loopSeconds });

test.each<[string, number | null, number | null, number, number | null]>([
  ["without the twin query the counters decide, while retries are stalled", null, 600, 320, 320],
  ["for no longer than retries have been stalled", null, 200, 320, 200],
  ["a database that rolls back while its retries drain has no loop", null, 0, 320, 0],
  ["with both, the longer one", 3, 600, 320, 600],
  ["no twin in a sample does not refute the counters", 0, 600, 320, 320],
  ["updates that are stored", 0, 600, 0, 0],
  ["retries not measured", 3, null, 320, null],
])("rollbacks: %s", (_, conflicts, stalledSeconds, loop, expected) =>
  expect(conflictLoopSeconds({ ...queue, conflicts }, stalledSeconds, rolledBack(loop))).toBe(expected),
);

test("a table whose updates are all rolled back has a cause without any twin", () =>
  expect(
    causeOf({
      queue: { ...queue, conflicts: null },
      ...stalled,
      nowMs: NOW,
      stalledSeconds: 600,
      rollbacks: rolledBack(400),
    }),
  ).toBe("conflict"));
