import { expect, test } from "vitest";
import { SAMPLED } from "@/lib/base/signals/catalogue";
import type { Exactness, JobQueue } from "@/lib/sources/jobs/job";
import { jobSamples, sourceSample, UNFOLLOWED, UNREAD } from "@/lib/sources/jobs/signals";
import { followStalled, type StalledMemory } from "@/lib/sources/jobs/stalled";

function queue(due: number | null, facts: Partial<JobQueue> = {}): JobQueue {
  return {
    source: "bitmagnet",
    kind: "bitmagnet",
    queue: "process_torrent",
    countsAre: "exact",
    counts: { queued: 5, running: null, retry: 9, failed: 3, done: 100, scheduled: null },
    retry: { due, later: 4 },
    oldestDueSeconds: 61.5,
    throughputPerMinute: null,
    errors: [],
    stuck: null,
    conflicts: 2,
    ...facts,
  };
}

/** One poll a minute; "_" is a poll without the number. Returns the seconds at each poll. */
function live(story: string, countsAre: Exactness): string {
  let memory: StalledMemory = new Map();
  const values = story.split(" ").map((word, minute) => {
    const due = word === "_" ? null : Number(word);
    const { after, measurements } = followStalled(memory, [queue(due, { countsAre })], minute * 60_000);
    memory = after;
    return measurements[0]?.value ?? "_";
  });
  return values.join(" ");
}

test.each<[string, Exactness, string, string]>([
  ["no due retries are not stalled", "exact", "0 0 0", "0 0 0"],
  ["the same for three minutes", "exact", "5 5 5 5", "0 60 120 180"],
  ["growth is no decrease", "exact", "5 6 9 20", "0 60 120 180"],
  ["one less: retries do run", "exact", "5 5 4 4 4", "0 60 0 60 120"],
  ["a decrease after growth counts, even above the start", "exact", "5 50 49 49", "0 60 0 60"],
  ["drained", "exact", "5 5 0 5", "0 60 0 0"],
  ["a poll without the number neither counts nor resets", "exact", "5 5 _ 5", "0 60 _ 180"],
  ["estimates vary", "estimated", "1000 980 1010 970", "0 60 120 180"],
  ["an estimate a tenth lower is a decrease", "estimated", "1000 1100 980 980", "0 60 0 60"],
])("%s (%s)", (_, countsAre, story, expected) => expect(live(story, countsAre)).toBe(expected));

test("queues are tracked separately, dropped when removed, and retained while their source is not read", () => {
  const other = queue(7, { source: "second" });
  const both = followStalled(new Map(), [queue(5), queue(5, { queue: "batch" }), other], 0).after;
  expect(both.size).toBe(3);
  const one = followStalled(both, [queue(5)], 60_000);
  expect(one.after.size).toBe(2);
  expect(one.measurements).toEqual([
    { signal: "jobs.retry.stalled", labels: { source: "bitmagnet", queue: "process_torrent" }, value: 60 },
  ]);
});

test("a source without a retry state has no such signal", () => {
  const counts = { queued: 1, running: 0, retry: null, failed: 0, done: 0, scheduled: null };
  expect(followStalled(new Map(), [queue(null, { counts })], 0).measurements).toEqual([]);
});

test("a queue's row is stored in the catalogue's order, unknown as null", () => {
  const [sample] = jobSamples([queue(7)], () => ({ ...UNFOLLOWED, stalledSeconds: 300, untakenSeconds: 0 }), null);
  expect(sample?.labels).toEqual({ source: "bitmagnet", queue: "process_torrent" });
  expect(sample?.values.slice(0, 14)).toEqual([5, null, 7, 4, 3, 100, 61.5, 2, 300, null, null, 300, 0, null]);
  expect(sample?.values).toHaveLength(SAMPLED.jobs.length);
  expect(sourceSample("bitmagnet", UNREAD)).toEqual({
    kind: "source",
    labels: { source: "bitmagnet" },
    values: SAMPLED.source.map(([name]) => (name === "jobs.source.up" ? 0 : null)),
  });
});
