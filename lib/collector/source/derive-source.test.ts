import { expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import type { HeldJob, JobQueue, RunnerContact, SourceOutcome } from "@/lib/sources/jobs/job";
import { sourceSample, UNREAD } from "@/lib/sources/jobs/signals";

const T0 = 1_800_000_000_000;
const first = firstSourceMemory(
  { source: "videos", kind: "peertube", pollIntervalMs: MINUTE, runnersExpected: 2, registry: new Map() },
  T0,
);

const job = (atMs: number): HeldJob => ({
  ...{ id: "a", type: "vod-hls-transcoding", startedMs: T0, updatedMs: atMs, progress: null },
  ...{ phase: "processing", failures: 0 },
});

/** Names of the runners that are there; a trailing "+" holds a job. */
function contacts(words: string, atMs: number): RunnerContact[] {
  const names = words.split(" ").filter((word) => word !== "");
  return names.map((word) => ({
    ...{ name: word.replace("+", ""), lastContactMs: atMs, overduePendingMs: null },
    holding: word.endsWith("+") ? [job(atMs)] : [],
  }));
}

const queue = (queued: number, running: number): JobQueue => ({
  ...{ source: "videos", kind: "peertube", queue: "vod-hls-transcoding", countsAre: "exact" },
  counts: { queued, running, retry: null, failed: 0, done: 9, scheduled: null },
  retry: { due: null, later: null },
  oldestDueSeconds: queued > 0 ? 60 : null,
  ...{ throughputPerMinute: null, errors: [], stuck: 0, conflicts: null },
});

const outcome = (atMs: number, runners: RunnerContact[] | null, queues: JobQueue[]): SourceOutcome<never> => ({
  ...{ ok: true, durationMs: 5 },
  reading: {
    ...{
      queues,
      runners,
      finishedTotal: null,
      generation: "8",
      atMs,
      clockAheadMs: 0,
      exactAgainMs: null,
      standby: null,
    },
  },
});

test.each<[string, { behindSeconds: number | null } | null, number | null, string]>([
  ["a primary", null, 0, "silent"],
  ["a standby that is up to date", { behindSeconds: 0 }, 0, "silent"],
  ["a standby ten minutes behind: the contact was young then", { behindSeconds: 600 }, 600, "ok"],
  ["a standby that cannot say", { behindSeconds: null }, null, "silent"],
])("a runner that holds work, last in contact ten minutes ago, by %s", (_, standby, behind, state) => {
  const nowMs = T0 + 10 * MINUTE;
  const seen = outcome(nowMs, contacts("a+", T0), [queue(0, 1)]);
  if (!seen.ok) throw new Error("it could be read");
  const { after, facts } = deriveSource(first, { ...seen, reading: { ...seen.reading, standby } }, nowMs);
  expect(after.runners.map((runner) => runner.state)).toEqual([state]);
  expect(facts.readings.find(({ signal }) => signal === "jobs.source.behind")?.value).toBe(behind);
});

/** One poll a minute through the fold and the alert engine; what fired and resolved, with its minute. */
function alerts(polls: readonly (readonly [runners: string | null, queued: number, running: number])[]): string[] {
  let memory: SourceMemory = first;
  let open: Parameters<typeof evaluateAlerts>[0] = new Map();
  return polls.flatMap(([runners, queued, running], minute) => {
    const nowMs = T0 + minute * MINUTE;
    const there = runners === null ? null : contacts(runners, nowMs);
    const { after, facts } = deriveSource(memory, outcome(nowMs, there, [queue(queued, running)]), nowMs);
    const judged = evaluateAlerts(open, { ...facts, rules: BUILT_IN_RULES, nowMs });
    memory = after;
    open = judged.after;
    return judged.events.map(({ type, alert }) => `${minute} ${alert.rule} ${type.replace("alert.", "")}`);
  });
}

test.each<[string, Parameters<typeof alerts>[0], string[]]>([
  [
    "a runner that goes with work is missing after two minutes, and back when it is back",
    [
      ["a+ b", 0, 1],
      ["b", 0, 0],
      ["b", 0, 0],
      ["b", 0, 0],
      ["a b", 0, 0],
    ],
    ["3 runner-missing firing", "3 runners-short firing", "4 runner-missing resolved", "4 runners-short resolved"],
  ],
  [
    "one that goes with empty hands is only one too few",
    [
      ["a b", 0, 0],
      ["b", 0, 0],
      ["b", 0, 0],
      ["b", 0, 0],
    ],
    ["3 runners-short firing"],
  ],
  [
    "a poll that cannot tell the runners misses nobody",
    [
      ["a+ b", 0, 1],
      [null, 0, 0],
      [null, 0, 0],
      [null, 0, 0],
      [null, 0, 0],
    ],
    [],
  ],
  [
    "work that waits and is not taken: a warning after five minutes, critical after ten",
    Array.from({ length: 12 }, () => ["a b", 3, 0] as const),
    ["5 jobs-not-taken firing", "10 jobs-not-taken firing"],
  ],
])("%s", (_, polls, expected) => expect(alerts(polls).toSorted()).toEqual(expected.toSorted()));

test("a source that cannot be read keeps its state and measures nothing", () => {
  const { after } = deriveSource(first, outcome(T0, contacts("a+", T0), [queue(3, 0)]), T0);
  const failed = {
    ok: false,
    state: "timeout",
    reason: verbatim("no answer"),
    code: "timeout",
    durationMs: 5_000,
  } as const;
  const blind = deriveSource(after, failed, T0 + MINUTE);
  expect(blind.after.runners.map((one) => one.state)).toEqual(["ok"]);
  expect(blind.facts.samples).toEqual([sourceSample("videos", UNREAD)]);
});
