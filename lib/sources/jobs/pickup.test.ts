import { expect, test } from "vitest";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { followPickup, type PickupEvidence, type PickupMemory } from "@/lib/sources/jobs/pickup";

/**
 * "queued/running/done", or "queued/running/done/due/stuck"; "_" is not measured. One poll a minute.
 */
function queueOf(word: string): JobQueue {
  const [queued = null, running = null, done = null, due = null, stuck = null] = word
    .split("/")
    .map((part) => (part === "_" ? null : Number(part)));
  return {
    source: "s",
    kind: "bitmagnet",
    queue: "q",
    countsAre: "exact",
    errors: [],
    stuck,
    conflicts: null,
    counts: { queued, running, retry: due, failed: done === null ? null : 0, done, scheduled: null },
    retry: { due, later: null },
    oldestDueSeconds: (queued ?? 0) + (due ?? 0) > 0 ? 60 : null,
    throughputPerMinute: null,
  };
}

function live(story: string, field: "untakenSeconds" | "starvedSeconds", stalled = 600): string {
  let memory: PickupMemory = new Map();
  const values = story.split(" ").map((word, minute) => {
    const { after, pickups } = followPickup(
      memory,
      [queueOf(word)],
      { stalled: () => stalled, rollbacks: null },
      minute * 60_000,
    );
    memory = after;
    return pickups.get("q")?.[field] ?? "_";
  });
  return values.join(" ");
}

const NOTHING: PickupEvidence = { stalled: () => 0, rollbacks: null };

test.each<[string, string, string]>([
  ["jobs wait and none is picked up", "5/0/9 5/0/9 7/0/9", "0 60 120"],
  ["a running job was picked up", "5/0/9 5/1/9 5/0/9 5/0/9", "0 0 0 60"],
  ["a stuck job remains from a worker that died", "5/1/9/0/0 5/1/9/0/1 5/1/9/0/1", "0 0 60"],
  ["another job runs besides the stuck one", "5/2/9/0/1 5/2/9/0/1", "0 0"],
  ["a job finished between two polls", "5/0/9 6/0/10 6/0/10", "0 0 0"],
  ["fewer waiting jobs: some were picked up, where success leaves no row", "5/0/_ 3/0/_ 3/0/_ 3/0/_", "0 0 0 60"],
  ["due retries count as work", "0/0/9/4 0/0/9/4", "0 60"],
  ["nothing waits", "0/0/9 0/0/9", "0 0"],
  ["deleted rows of finished jobs are no progress", "5/0/900 5/0/100 5/0/100", "0 60 120"],
  ["neither running nor finished jobs are measured", "5/_/_ 5/_/_", "_ _"],
  ["waiting jobs are not counted", "_/0/9 _/0/9", "_ _"],
])("%s", (_, story, expected) => expect(live(story, "untakenSeconds")).toBe(expected));

test.each<["exact" | "estimated", number]>([
  // Estimated counts do not show whether a job is due: all queued jobs then count as waiting.
  ["exact", 0],
  ["estimated", 600],
])("queued jobs, none known to be due (%s): waiting for %d s", (countsAre, expected) => {
  const queue = { ...queueOf("5/0/9"), oldestDueSeconds: null, countsAre };
  const first = followPickup(new Map(), [queue], NOTHING, 0);
  expect(followPickup(first.after, [queue], NOTHING, 600_000).pickups.get("q")?.untakenSeconds).toBe(expected);
});

test.each<[string, string, string]>([
  ["fresh jobs are processed while due retries are stalled", "5/1/9/4 5/1/10/4 5/1/11/4", "0 600 600"],
  ["nothing is processed at all: no starvation", "5/0/9/4 5/0/9/4", "0 0"],
  ["no fresh jobs are queued", "0/1/9/4 0/1/10/4", "0 0"],
  [
    "the last job finished too long ago",
    "5/1/9/4 5/1/10/4 5/1/10/4 5/1/10/4 5/1/10/4 5/1/10/4 5/1/10/4",
    "0 600 600 600 600 600 0",
  ],
])("%s", (_, story, expected) => expect(live(story, "starvedSeconds")).toBe(expected));

test("removed queues are dropped", () => {
  const first = followPickup(new Map(), [queueOf("5/0/9")], NOTHING, 0);
  expect(followPickup(first.after, [], NOTHING, 60_000).after.size).toBe(0);
});

test.each([
  ["nearly every update of the table is rolled back: a worker runs, and its work cannot be stored", 240, 0],
  ["some are", 0, 600],
])("12 jobs wait; %s", (_, loopSeconds, expected) => {
  const queue = queueOf("12/_/9");
  const rollbacks = { updates: 10, rollbacks: 10, spanSeconds: 300, loopSeconds };
  const first = followPickup(new Map(), [queue], NOTHING, 0);
  const { pickups } = followPickup(first.after, [queue], { ...NOTHING, rollbacks }, 600_000);
  expect(pickups.get("q")?.untakenSeconds).toBe(expected);
});
