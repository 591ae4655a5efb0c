import { expect, test } from "vitest";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { markMissing, type RunnerRegistry, registryOf } from "@/lib/sources/runners/registry";
import type { Runner } from "@/lib/sources/runners/runner";
import { runnerSample, strengthOf } from "@/lib/sources/runners/signals";

const T0 = 1_800_000_000_000;

/** A trailing "+": it has a running job. */
const runner = (word: string): Runner => {
  const [name = "", running] = word.split("+");
  const jobsRunning = running === undefined ? 0 : 1;
  return {
    id: `videos/${name}`,
    source: "videos",
    kind: "peertube",
    name,
    state: jobsRunning > 0 ? "ok" : "idle",
    because: jobsRunning > 0 ? "working" : "nothing-to-do",
    lastContactMs: T0,
    silenceSeconds: 0,
    limitSeconds: null,
    jobsRunning,
    holding: [],
    reclaimed: null,
    missingSinceMs: null,
    outOfContact: null,
  };
};

/** Polls after so many hours, with the runners present. Returns the missing ones and why, then the dropped ones. */
function live(story: readonly (readonly [number, string])[], registry: RunnerRegistry = new Map()): string[] {
  let memory = registry;
  return story.map(([hours, names]) => {
    const present = names === "" ? [] : names.split(" ").map(runner);
    const { after, missing, dropped } = markMissing(memory, present, T0 + hours * HOUR);
    memory = after;
    const droppedNames = dropped.map((name) => `-${name}`);
    return [...missing.map(({ name, because }) => `${name} ${because}`), ...droppedNames].join(", ");
  });
}

test.each<[string, [number, string][], string[]]>([
  [
    "a runner that disappears is missing, with its running jobs",
    [
      [0, "a+ b"],
      [1, "b"],
      [2, ""],
    ],
    ["", "a gone-with-work", "b gone-idle, a gone-with-work"],
  ],
  [
    "a runner that returns is not missing",
    [
      [0, "a+"],
      [1, ""],
      [2, "a"],
    ],
    ["", "a gone-with-work", "-"],
  ],
  [
    "a day after it was last seen it is dropped",
    [
      [0, "a+ b"],
      [23.9, "b"],
      [24, "b"],
      [25, "b"],
    ],
    ["", "a gone-with-work", "-a", ""],
  ],
])("%s", (_, story, expected) => expect(live(story)).toEqual(expected.map((words) => (words === "-" ? "" : words))));

test("our own restart drops no runner, and reports no present runner as missing", () => {
  const stored = [
    { name: "a", seenMs: T0 - 2 * HOUR, lastContactMs: T0 - 3 * HOUR, jobsRunning: 2, outOfContact: null },
    { name: "b", seenMs: T0 - MINUTE, lastContactMs: null, jobsRunning: 0, outOfContact: null },
  ];
  const registry = registryOf(stored, { id: "videos", kind: "peertube" });
  expect(live([[0, "b"]], registry)).toEqual(["a gone-with-work"]);
  const { missing } = markMissing(registry, [], T0);
  expect(missing.map(({ name, missingSinceMs, jobsRunning }) => [name, missingSinceMs, jobsRunning])).toEqual([
    ["b", T0 - MINUTE, 0],
    ["a", T0 - 2 * HOUR, 2],
  ]);
});

test("a runner that disappears without work has left, once; one with work has not", () => {
  const first = markMissing(new Map(), [runner("a+"), runner("b")], T0);
  const second = markMissing(first.after, [], T0 + MINUTE);
  expect([first.left, second.left, markMissing(second.after, [], T0 + HOUR).left]).toEqual([[], ["b"], []]);
});

test("of names that never return, the last two hundred are retained", () => {
  let memory: RunnerRegistry = new Map();
  for (let at = 0; at < 300; at++) memory = markMissing(memory, [runner(`pid-${at}`)], T0 + at * 1_000).after;
  const { missing, dropped } = markMissing(memory, [], T0 + HOUR);
  expect([missing.length, missing[0]?.name, missing.at(-1)?.name]).toEqual([200, "pid-299", "pid-100"]);
  expect(dropped).toEqual(["pid-99"]);
});

test("the row of a missing runner measures only that it is missing", () => {
  const { after } = markMissing(new Map(), [runner("a+"), runner("b")], T0);
  const { missing } = markMissing(after, [], T0 + HOUR);
  const rows = missing.map((absent) => [absent.name, ...runnerSample(absent).values]);
  expect(rows).toEqual([
    ["a", null, null, null, null, null, null, 1],
    ["b", null, null, null, null, null, null, 0],
  ]);
  expect(runnerSample(runner("a+")).values).toEqual([0, 1, 0, 0, 0, 0, 0]);
});

test.each<[string, readonly Runner[], number | null, [number, number | null]]>([
  ["none expected", [runner("a")], null, [1, null]],
  ["as many as expected", [runner("a"), runner("b+")], 2, [2, 0]],
  ["more than expected", [runner("a"), runner("b")], 1, [2, 0]],
  ["a silent runner is not present", [runner("a"), { ...runner("b+"), state: "silent" }], 2, [1, 1]],
  ["neither is a missing one", [{ ...runner("a"), state: "missing" }], 2, [0, 2]],
])("%s", (_, runners, configured, expected) => {
  const { present, short } = strengthOf(runners, configured);
  expect([present, short]).toEqual(expected);
});
