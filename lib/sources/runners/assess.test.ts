import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { HeldJob, RunnerContact } from "@/lib/sources/jobs/job";
import { assessRunners } from "@/lib/sources/runners/assess";
import type { RunnersMemory } from "@/lib/sources/runners/follow";
import { runnerSample } from "@/lib/sources/runners/signals";

const T0 = 1_800_000_000_000;
const context = (nowMs: number) => ({ source: "videos", kind: "peertube", nowMs });

/** Seconds are offsets from T0. */
function job(
  facts: { id?: string; type?: string; started?: number; updated?: number } & Partial<HeldJob> = {},
): HeldJob {
  const { id = "a", type = "vod-hls-transcoding", started = 0, updated = started, ...rest } = facts;
  const times = { startedMs: T0 + started * SECOND, updatedMs: T0 + updated * SECOND };
  return { id, type, ...times, progress: null, phase: "processing", failures: 0, ...rest };
}

function contact(
  lastContact: number | null,
  holding: HeldJob[] = [],
  oldestPending: number | null = null,
): RunnerContact {
  const at = (seconds: number | null) => (seconds === null ? null : T0 + seconds * SECOND);
  return { name: "gpu-1", lastContactMs: at(lastContact), holding, oldestPendingMs: at(oldestPending) };
}

/** Last beat at T0; its system holds it for dead after this many seconds. */
const beating = (deadAfterSeconds: number, holding: HeldJob[]): RunnerContact => ({
  ...contact(
    0,
    holding.map((one) => ({ ...one, updatedMs: null })),
  ),
  deadAfterSeconds,
});

test.each<[string, number, RunnerContact, string, number | null]>([
  ["never in contact", 0, contact(null), "unknown never-in-contact", null],
  ["nothing to do for a day", 86_400, contact(0), "idle nothing-to-do", null],
  ["a clock a little ahead", 0, contact(3, [job()]), "ok working", 180],
  ["at work, heard a minute ago", 60, contact(0, [job()]), "ok working", 180],
  ["at work, at the late limit", 120, contact(0, [job({ updated: 100 })]), "ok working", 180],
  ["at work, two updates missing", 121, contact(0, [job({ updated: 0 })]), "late update-overdue", 180],
  ["at work, at the limit", 180, contact(0, [job()]), "late update-overdue", 180],
  ["at work, three updates missing", 181, contact(0, [job()]), "silent no-contact-with-work", 180],
  ["live, within the limit", 30, contact(0, [job({ type: "live-rtmp-hls-transcoding" })]), "ok working", 60],
  [
    "live, over the limit",
    61,
    contact(0, [job({ type: "live-rtmp-hls-transcoding" })]),
    "silent no-contact-with-work",
    60,
  ],
  [
    "one live job among others sets the limit",
    61,
    contact(0, [job(), job({ id: "b", type: "live-rtmp-hls-transcoding" })]),
    "silent no-contact-with-work",
    60,
  ],
  [
    "only a completing job: the server is at work, not the runner",
    600,
    contact(0, [job({ phase: "completing" })]),
    "ok working",
    null,
  ],
  [
    "completing for more than half an hour",
    1801,
    contact(1790, [job({ phase: "completing" })]),
    "stuck completing-too-long",
    null,
  ],
  ["heard while its job is not updated", 200, contact(190, [job({ updated: 10 })]), "stuck job-not-updated", 180],
  ["work waits for five minutes", 400, contact(90, [], 100), "idle nothing-to-do", null],
  ["work waits longer and it never asked", 401, contact(90, [], 100), "deaf work-waits-unasked", null],
  ["work waits but it asked since", 4000, contact(150, [], 100), "idle nothing-to-do", null],
  ["work waits while it is at work", 500, contact(490, [job({ updated: 480 })], 10), "ok working", 180],
])("%s", (_, nowSeconds, seen, told, limit) => {
  const { runners } = assessRunners(null, [seen], context(T0 + nowSeconds * SECOND));
  expect(runners.map((one) => [`${one.state} ${one.because}`, one.limitSeconds])).toEqual([[told, limit]]);
});

test.each<[string, number, RunnerContact, string, number]>([
  ["Procrastinate, a beat of 10 s and dead after 30", 20, beating(30, []), "idle nothing-to-do", 30],
  ["two of three beats missed", 21, beating(30, [job()]), "late update-overdue", 30],
  ["held for dead, with work", 31, beating(30, [job()]), "silent no-contact-with-work", 30],
  ["held for dead, with empty hands", 31, beating(30, []), "silent beat-stopped-idle", 30],
  ["GoodJob, dead after 5 min: a job of three minutes is no silence", 181, beating(300, [job()]), "ok working", 300],
  ["GoodJob, expired", 301, beating(300, [job()]), "silent no-contact-with-work", 300],
  [
    "only a completing job: it beats all the same",
    31,
    beating(30, [job({ phase: "completing" })]),
    "silent no-contact-with-work",
    30,
  ],
])("its own system's limit: %s", (_, nowSeconds, seen, told, limit) => {
  const { runners } = assessRunners(null, [seen], context(T0 + nowSeconds * SECOND));
  expect(runners.map((one) => [`${one.state} ${one.because}`, one.limitSeconds])).toEqual([[told, limit]]);
  // Who is held for dead with empty hands rings for nobody.
  expect(runners.map((one) => runnerSample(one).values[2])).toEqual([told === "silent no-contact-with-work" ? 1 : 0]);
});

/** Polls at the given seconds; a string per poll. */
function live(story: readonly (readonly [number, RunnerContact[]])[]): string {
  let memory: RunnersMemory | null = null;
  const told: string[] = [];
  for (const [seconds, contacts] of story) {
    const { after, runners } = assessRunners(memory, contacts, context(T0 + seconds * SECOND));
    memory = after;
    told.push(runners.map((one) => one.state).join("+"));
  }
  return told.join(" ");
}

const named = (name: string, seen: RunnerContact): RunnerContact => ({ ...seen, name });

test.each<[string, [number, RunnerContact[]][], string]>([
  [
    "a job given out three times within an hour bounces, also while it waits in between",
    [
      [10, [contact(10, [job({ started: 5 })])]],
      [310, [contact(300)]],
      [400, [contact(400, [job({ started: 390 })])]],
      [800, [contact(800, [job({ started: 790 })])]],
      [900, [contact(800)]],
      [5000, [contact(4990)]],
    ],
    "ok idle ok bouncing bouncing idle",
  ],
  [
    "starts spread over more than an hour are not a bounce",
    [
      [0, [contact(0, [job({ started: 0 })])]],
      [1900, [contact(1900, [job({ started: 1900 })])]],
      [3700, [contact(3700, [job({ started: 3700 })])]],
    ],
    "ok ok ok",
  ],
  [
    "a failure the runner reported explains a new start",
    [
      [0, [contact(0, [job({ started: 0, failures: 0 })])]],
      [100, [contact(100, [job({ started: 100, failures: 1 })])]],
      [200, [contact(200, [job({ started: 200, failures: 2 })])]],
    ],
    "ok ok ok",
  ],
  [
    "the runner that got it last is the one that bounces",
    [
      [0, [named("a", contact(0, [job({ started: 0 })])), named("b", contact(0))]],
      [100, [named("a", contact(100, [job({ started: 100 })])), named("b", contact(0))]],
      [200, [named("a", contact(200)), named("b", contact(200, [job({ started: 200 })]))]],
    ],
    "ok+idle ok+idle idle+bouncing",
  ],
  [
    "progress that stands for a quarter of an hour while updates come is a stuck encoder",
    [
      [0, [contact(0, [job({ updated: 0, progress: 41 })])]],
      [600, [contact(595, [job({ updated: 590, progress: 42 })])]],
      [1500, [contact(1495, [job({ updated: 1490, progress: 42 })])]],
      [1501, [contact(1495, [job({ updated: 1490, progress: 42 })])]],
      [1560, [contact(1555, [job({ updated: 1550, progress: 43 })])]],
    ],
    "ok ok ok stuck ok",
  ],
  [
    "no progress number is not a standing one; 100 is uploading",
    [
      [0, [contact(0, [job({ progress: null }), job({ id: "b", progress: 100 })])]],
      [3000, [contact(2995, [job({ updated: 2990 }), job({ id: "b", updated: 2990, progress: 100 })])]],
    ],
    "ok ok",
  ],
  [
    "it goes silent with work, is heard again, finishes",
    [
      [0, [contact(0, [job()])]],
      [150, [contact(0, [job()])]],
      [200, [contact(0, [job()])]],
      [210, [contact(205, [job({ updated: 205 })])]],
      [400, [contact(260)]],
    ],
    "ok late silent ok idle",
  ],
])("%s", (_, story, told) => expect(live(story)).toBe(told));

test("its silence, its work and its state are measured, and an unknown silence is not zero", () => {
  const { runners } = assessRunners(
    null,
    [contact(0, [job()]), named("new", contact(null))],
    context(T0 + 200 * SECOND),
  );
  expect(runners.map(runnerSample).map((sample) => sample.values)).toEqual([
    [200, 1, 1, 0, 0, 0, 0],
    [null, 0, null, null, null, null, 0],
  ]);
});

test("memory holds what was seen within the hour and no more than its bound", () => {
  const many = Array.from({ length: 6_000 }, (_, at) => job({ id: `j${at}` }));
  const first = assessRunners(null, [contact(0, many)], context(T0));
  expect(first.after.jobs.size).toBe(5_000);
  expect(first.after.jobs.has("j5999")).toBe(true);
  const later = assessRunners(first.after, [contact(0)], context(T0 + 59 * MINUTE));
  expect(later.after.jobs.size).toBe(5_000);
  expect(assessRunners(later.after, [contact(0)], context(T0 + HOUR)).after.jobs.size).toBe(0);
});
