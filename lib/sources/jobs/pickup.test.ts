import { expect, test } from "vitest";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { followPickup, type PickupMemory } from "@/lib/sources/jobs/pickup";

/**
 * "queued/running/done", or "queued/running/done/due/stuck"; "_" is not measured. One poll a minute.
 */
function queueOf(word: string): JobQueue {
  const [queued = null, running = null, done = null, due = null, stuck = null] = word
    .split("/")
    .map((part) => (part === "_" ? null : Number(part)));
  return {
    ...{ source: "s", kind: "bitmagnet", queue: "q", countsAre: "exact", errors: [], stuck, conflicts: null },
    counts: { queued, running, retry: due, failed: done === null ? null : 0, done },
    retry: { due, later: null },
    oldestDueSeconds: (queued ?? 0) + (due ?? 0) > 0 ? 60 : null,
    throughputPerMinute: null,
  };
}

function live(story: string, of: "untakenSeconds" | "starvedSeconds", stalled = 600): string {
  let memory: PickupMemory = new Map();
  const told = story.split(" ").map((word, minute) => {
    const { after, told: now } = followPickup(memory, [queueOf(word)], () => stalled, minute * 60_000);
    memory = after;
    return now.get("q")?.[of] ?? "_";
  });
  return told.join(" ");
}

test.each<[string, string, string]>([
  ["work waits and nobody takes it", "5/0/9 5/0/9 7/0/9", "0 60 120"],
  ["one that runs is taken", "5/0/9 5/1/9 5/0/9 5/0/9", "0 0 0 60"],
  ["one that runs for longer than it may was left by a worker that died", "5/1/9/0/0 5/1/9/0/1 5/1/9/0/1", "0 0 60"],
  ["another is in hand beside it", "5/2/9/0/1 5/2/9/0/1", "0 0"],
  ["one that finished between two polls was taken", "5/0/9 6/0/10 6/0/10", "0 0 0"],
  ["fewer that wait were taken, where success leaves no row", "5/0/_ 3/0/_ 3/0/_ 3/0/_", "0 0 0 60"],
  ["due retries count as work", "0/0/9/4 0/0/9/4", "0 60"],
  ["nothing waits", "0/0/9 0/0/9", "0 0"],
  ["done rows cleaned away are no progress", "5/0/900 5/0/100 5/0/100", "0 60 120"],
  ["neither running nor finished can be seen", "5/_/_ 5/_/_", "_ _"],
  ["what waits is not counted", "_/0/9 _/0/9", "_ _"],
])("%s", (_, story, told) => expect(live(story, "untakenSeconds")).toBe(told));

test.each<["exact" | "estimated", number]>([
  // Estimated counts cannot say whether one is due: then what is queued counts as waiting.
  ["exact", 0],
  ["estimated", 600],
])("queued jobs of which none is known to be due (%s): waiting for %d s", (countsAre, told) => {
  const queue = { ...queueOf("5/0/9"), oldestDueSeconds: null, countsAre };
  const first = followPickup(new Map(), [queue], () => 0, 0);
  expect(followPickup(first.after, [queue], () => 0, 600_000).told.get("q")?.untakenSeconds).toBe(told);
});

test.each<[string, string, string]>([
  ["fresh jobs are done while due retries stand", "5/1/9/4 5/1/10/4 5/1/11/4", "0 600 600"],
  ["nothing is done at all: that is no starvation", "5/0/9/4 5/0/9/4", "0 0"],
  ["no fresh job is before them", "0/1/9/4 0/1/10/4", "0 0"],
  [
    "the last job done is too long ago",
    "5/1/9/4 5/1/10/4 5/1/10/4 5/1/10/4 5/1/10/4 5/1/10/4 5/1/10/4",
    "0 600 600 600 600 600 0",
  ],
])("%s", (_, story, told) => expect(live(story, "starvedSeconds")).toBe(told));

test("queues that are gone are forgotten", () => {
  const first = followPickup(new Map(), [queueOf("5/0/9")], () => 0, 0);
  expect(followPickup(first.after, [], () => 0, 60_000).after.size).toBe(0);
});
