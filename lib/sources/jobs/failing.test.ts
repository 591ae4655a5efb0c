import { expect, test } from "vitest";
import { type FailingMemory, failedInWindow, failingOf, followFailing } from "@/lib/sources/jobs/failing";
import type { JobQueue } from "@/lib/sources/jobs/job";

const MINUTE_MS = 60_000;

/** "failed/done", "_" is not measured, a leading "~" is an estimate. */
function queueOf(word: string): JobQueue {
  const [failed = null, done = null] = word
    .replace("~", "")
    .split("/")
    .map((part) => (part === "_" ? null : Number(part)));
  return {
    ...{ source: "s", kind: "bitmagnet", queue: "q", countsAre: word.startsWith("~") ? "estimated" : "exact" },
    ...{
      counts: { queued: 0, running: 0, retry: 0, failed, done, scheduled: null },
      retry: { due: 0, later: 0 },
      errors: [],
    },
    ...{ oldestDueSeconds: null, throughputPerMinute: null, stuck: null, conflicts: null },
  };
}

/** One poll a minute; a word "x9" repeats the one before as often. */
function polls(story: string): string[] {
  const words: string[] = [];
  for (const word of story.split(" ")) {
    const times = /^x(\d+)$/.exec(word)?.[1];
    if (times === undefined) words.push(word);
    else words.push(...Array.from({ length: Number(times) }, () => words.at(-1) ?? ""));
  }
  return words;
}

function live(story: string): { readonly values: string; readonly memory: FailingMemory } {
  let memory: FailingMemory = new Map();
  const values = polls(story).map((word, at) => {
    memory = followFailing(memory, [queueOf(word)], at * MINUTE_MS);
    return failedInWindow(memory.get("q"), at * MINUTE_MS) ?? "_";
  });
  return { values: values.join(" "), memory };
}

test.each<[string, string, string]>([
  ["failures before the first poll are not counted", "500/9 x10", "_ _ _ _ _ _ _ _ _ _ 0"],
  ["80 of 103 within minutes", "0/0 40/9 80/23", "_ 40 80"],
  ["single failures", "0/0 1/1 2/2 x8", "_ _ _ _ _ _ _ _ _ _ 0"],
  ["few of many", "0/0 20/900 x9", "_ _ _ _ _ _ _ _ _ _ 0"],
  ["successful jobs leave no row", "0/_ 12/_", "_ 12"],
  ["it ends when none has failed for ten minutes", "0/0 30/0 x9 30/50 30/90", "_ 30 30 30 30 30 30 30 30 30 30 0 0"],
  ["deleted rows are no failures", "500/0 2/0 4/0", "_ _ _"],
  ["an estimate is not counted", "0/0 ~900/0 ~10/0 15/0", "_ _ _ 15"],
  ["failed jobs are not measured", "_/9 _/9", "_ _"],
])("%s", (_, story, expected) => expect(live(story).values).toBe(expected));

test("the share of those that failed is known with the number", () => {
  expect(failingOf(live("0/0 80/23").memory.get("q"))).toEqual({ failed: 80, share: 80 / 103 });
  expect(failingOf(live("0/_ 12/_").memory.get("q"))).toEqual({ failed: 12, share: null });
});

test("removed queues are dropped, and the window is bounded", () => {
  const { memory } = live("0/0 1/0");
  expect(followFailing(memory, [], 1).size).toBe(0);
  expect(live("0/0 x500").memory.get("q")?.length).toBeLessThanOrEqual(12);
});
