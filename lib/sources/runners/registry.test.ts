import { expect, test } from "vitest";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { markMissing, type RunnerRegistry, registryOf } from "@/lib/sources/runners/registry";
import type { Runner } from "@/lib/sources/runners/runner";
import { runnerSample, strengthOf } from "@/lib/sources/runners/signals";

const T0 = 1_800_000_000_000;

/** A trailing "+" holds a job. */
const runner = (word: string): Runner => {
  const [name = "", holds] = word.split("+");
  const jobsRunning = holds === undefined ? 0 : 1;
  return {
    ...{ id: `videos/${name}`, source: "videos", kind: "peertube", name, state: jobsRunning > 0 ? "ok" : "idle" },
    ...{ because: jobsRunning > 0 ? "working" : "nothing-to-do", lastContactMs: T0, silenceSeconds: 0 },
    ...{ limitSeconds: null, jobsRunning, holding: [], missingSinceMs: null },
  };
};

/** Polls after so many hours, with who is there; told: who is missing and why, then who was let go. */
function live(story: readonly (readonly [number, string])[], roster: RunnerRegistry = new Map()): string[] {
  let memory = roster;
  return story.map(([hours, there]) => {
    const present = there === "" ? [] : there.split(" ").map(runner);
    const { after, missing, letGo } = markMissing(memory, present, T0 + hours * HOUR);
    memory = after;
    const gone = letGo.map((name) => `-${name}`);
    return [...missing.map((one) => `${one.name} ${one.because}`), ...gone].join(", ");
  });
}

test.each<[string, [number, string][], string[]]>([
  [
    "who was there and is not is missing, with what it held",
    [
      [0, "a+ b"],
      [1, "b"],
      [2, ""],
    ],
    ["", "a gone-with-work", "b gone-idle, a gone-with-work"],
  ],
  [
    "who comes back is not missing",
    [
      [0, "a+"],
      [1, ""],
      [2, "a"],
    ],
    ["", "a gone-with-work", "-"],
  ],
  [
    "a day after it was last seen it is let go",
    [
      [0, "a+ b"],
      [23.9, "b"],
      [24, "b"],
      [25, "b"],
    ],
    ["", "a gone-with-work", "-a", ""],
  ],
])("%s", (_, story, told) => expect(live(story)).toEqual(told.map((words) => (words === "-" ? "" : words))));

test("a restart of ours forgets nobody, and misses nobody who is there", () => {
  const stored = [
    { name: "a", seenMs: T0 - 2 * HOUR, lastContactMs: T0 - 3 * HOUR, jobsRunning: 2 },
    { name: "b", seenMs: T0 - MINUTE, lastContactMs: null, jobsRunning: 0 },
  ];
  const roster = registryOf(stored, { id: "videos", kind: "peertube" });
  expect(live([[0, "b"]], roster)).toEqual(["a gone-with-work"]);
  const { missing } = markMissing(roster, [], T0);
  expect(missing.map((one) => [one.name, one.missingSinceMs, one.jobsRunning])).toEqual([
    ["b", T0 - MINUTE, 0],
    ["a", T0 - 2 * HOUR, 2],
  ]);
});

test("what was said of a runner ends once, when it leaves", () => {
  const first = markMissing(new Map(), [runner("a+")], T0);
  const second = markMissing(first.after, [], T0 + MINUTE);
  expect([first.left, second.left, markMissing(second.after, [], T0 + HOUR).left]).toEqual([[], ["a"], []]);
});

test("of names that never come back the last two hundred are kept", () => {
  let memory: RunnerRegistry = new Map();
  for (let at = 0; at < 300; at++) memory = markMissing(memory, [runner(`pid-${at}`)], T0 + at * 1_000).after;
  const { missing, letGo } = markMissing(memory, [], T0 + HOUR);
  expect([missing.length, missing[0]?.name, missing.at(-1)?.name]).toEqual([200, "pid-299", "pid-100"]);
  expect(letGo).toEqual(["pid-99"]);
});

test("a missing runner's row measures that it is missing, and nothing else", () => {
  const { after } = markMissing(new Map(), [runner("a+"), runner("b")], T0);
  const { missing } = markMissing(after, [], T0 + HOUR);
  const rows = missing.map((one) => [one.name, ...runnerSample(one).values]);
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
  ["a silent one cannot be counted on", [runner("a"), { ...runner("b+"), state: "silent" }], 2, [1, 1]],
  ["a missing one neither", [{ ...runner("a"), state: "missing" }], 2, [0, 2]],
])("%s", (_, runners, expected, told) => {
  const { present, short } = strengthOf(runners, expected);
  expect([present, short]).toEqual(told);
});
