import { expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { HeldJob, RunnerContact } from "@/lib/sources/jobs/job";
import { assessRunners } from "@/lib/sources/runners/assess";
import type { RunnersMemory } from "@/lib/sources/runners/follow";
import type { RunnerRegistry } from "@/lib/sources/runners/registry";
import { runnerSample } from "@/lib/sources/runners/signals";

const T0 = 1_800_000_000_000;
const context = (nowMs: number, registry: RunnerRegistry = new Map()) => ({
  source: "videos",
  kind: "peertube",
  registry,
  nowMs,
});

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
  overduePending: number | null = null,
): RunnerContact {
  const at = (seconds: number | null) => (seconds === null ? null : T0 + seconds * SECOND);
  return { name: "gpu-1", lastContactMs: at(lastContact), holding, overduePendingMs: at(overduePending) };
}

/** Its system took its job back at a second. */
const reclaimed = (runner: RunnerContact, at: number): RunnerContact => ({
  ...runner,
  reclaimed: [{ id: "a", type: "vod-hls-transcoding", atMs: T0 + at * SECOND }],
});

/** Last heartbeat at T0; its system presumes it dead after this many seconds. */
const withHeartbeat = (deadAfterSeconds: number, holding: HeldJob[]): RunnerContact => ({
  ...contact(
    0,
    holding.map((held) => ({ ...held, updatedMs: null })),
  ),
  deadAfterSeconds,
});

test.each<[string, number, RunnerContact, string, number | null]>([
  ["never in contact", 0, contact(null), "unknown never-in-contact", null],
  ["nothing to do for a day", 86_400, contact(0), "idle nothing-to-do", null],
  ["a clock a little ahead", 0, contact(3, [job()]), "ok working", 120],
  ["at work, in contact a minute ago", 60, contact(0, [job()]), "ok working", 120],
  ["at work, at the late limit", 80, contact(0, [job({ updated: 60 })]), "ok working", 120],
  ["at work, an update missing", 81, contact(0, [job({ updated: 0 })]), "late update-overdue", 120],
  ["at work, at the limit", 120, contact(0, [job()]), "late update-overdue", 120],
  ["at work, two updates missing", 121, contact(0, [job()]), "silent no-contact-with-work", 120],
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
  ["in contact while its job is not updated", 200, contact(190, [job({ updated: 10 })]), "stuck job-not-updated", 120],
  ["no job is overdue", 400, contact(90, [], null), "idle nothing-to-do", null],
  ["a job is overdue and it requested none", 401, contact(90, [], 100), "deaf work-waits-unasked", null],
  ["a job is overdue but it has requested one since", 4000, contact(150, [], 100), "idle nothing-to-do", null],
  ["a job is pending while it is at work", 500, contact(490, [job({ updated: 480 })], 10), "ok working", 120],
])("%s", (_, nowSeconds, runner, expected, limit) => {
  const { runners } = assessRunners(null, [runner], context(T0 + nowSeconds * SECOND));
  expect(runners.map(({ state, because, limitSeconds }) => [`${state} ${because}`, limitSeconds])).toEqual([
    [expected, limit],
  ]);
});

test.each<[string, number, RunnerContact, string, number]>([
  ["Procrastinate, a heartbeat every 10 s and dead after 30", 20, withHeartbeat(30, []), "idle nothing-to-do", 30],
  ["two of three heartbeats missed", 21, withHeartbeat(30, [job()]), "late update-overdue", 30],
  ["presumed dead, with a running job", 31, withHeartbeat(30, [job()]), "silent no-contact-with-work", 30],
  ["presumed dead, without a running job", 31, withHeartbeat(30, []), "silent beat-stopped-idle", 30],
  [
    "GoodJob, dead after 5 min: a job of three minutes is no silence",
    181,
    withHeartbeat(300, [job()]),
    "ok working",
    300,
  ],
  ["GoodJob, expired", 301, withHeartbeat(300, [job()]), "silent no-contact-with-work", 300],
  [
    "only a completing job: its heartbeat still counts",
    31,
    withHeartbeat(30, [job({ phase: "completing" })]),
    "silent no-contact-with-work",
    30,
  ],
])("its own system's limit: %s", (_, nowSeconds, runner, expected, limit) => {
  const { runners } = assessRunners(null, [runner], context(T0 + nowSeconds * SECOND));
  expect(runners.map(({ state, because, limitSeconds }) => [`${state} ${because}`, limitSeconds])).toEqual([
    [expected, limit],
  ]);
  // A runner presumed dead that held no jobs raises no alert.
  expect(runners.map((assessed) => runnerSample(assessed).values[2])).toEqual([
    expected === "silent no-contact-with-work" ? 1 : 0,
  ]);
});

/** Polls at the given seconds. Returns the states at each poll. */
function live(story: readonly (readonly [number, RunnerContact[]])[]): string {
  let memory: RunnersMemory | null = null;
  const states: string[] = [];
  for (const [seconds, contacts] of story) {
    const { after, runners } = assessRunners(memory, contacts, context(T0 + seconds * SECOND));
    memory = after;
    states.push(runners.map(({ state }) => state).join("+"));
  }
  return states.join(" ");
}

const named = (name: string, runner: RunnerContact): RunnerContact => ({ ...runner, name });

test.each<[string, [number, RunnerContact[]][], string]>([
  [
    "a job assigned three times within an hour is bouncing, also while it is pending in between",
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
    "starts spread over more than an hour are not bouncing",
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
    "the runner it was last assigned to is the bouncing one",
    [
      [0, [named("a", contact(0, [job({ started: 0 })])), named("b", contact(0))]],
      [100, [named("a", contact(100, [job({ started: 100 })])), named("b", contact(0))]],
      [200, [named("a", contact(200)), named("b", contact(200, [job({ started: 200 })]))]],
    ],
    "ok+idle ok+idle idle+bouncing",
  ],
  [
    "progress unchanged for a quarter of an hour despite updates is a stuck encoder",
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
    "a missing progress is not an unchanged one; 100 is uploading",
    [
      [0, [contact(0, [job({ progress: null }), job({ id: "b", progress: 100 })])]],
      [3000, [contact(2995, [job({ updated: 2990 }), job({ id: "b", updated: 2990, progress: 100 })])]],
    ],
    "ok ok",
  ],
  [
    "it becomes silent with a running job, is in contact again, finishes",
    [
      [0, [contact(0, [job()])]],
      [100, [contact(0, [job()])]],
      [200, [contact(0, [job()])]],
      [210, [contact(205, [job({ updated: 205 })])]],
      [400, [contact(260)]],
    ],
    "ok late silent ok idle",
  ],
  [
    "its job is taken back without contact: it is silent until it is in contact, whoever has the job then",
    [
      [0, [named("a", contact(0, [job()])), named("b", contact(0))]],
      [135, [named("a", reclaimed(contact(0), 125)), named("b", contact(0))]],
      [150, [named("a", contact(0)), named("b", contact(140, [job({ started: 140 })]))]],
      [86_400, [named("a", contact(0)), named("b", contact(300))]],
      [86_410, [named("a", contact(86_405)), named("b", contact(300))]],
    ],
    "ok+idle silent+idle silent+ok silent+idle idle+idle",
  ],
])("%s", (_, story, expected) => expect(live(story)).toBe(expected));

test("its silence, its jobs and its state are measured; an unknown silence is not zero", () => {
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

test("memory contains the jobs of the last hour, up to its limit", () => {
  const many = Array.from({ length: 6_000 }, (_, at) => job({ id: `j${at}` }));
  const first = assessRunners(null, [contact(0, many)], context(T0));
  expect(first.after.jobs.size).toBe(5_000);
  expect(first.after.jobs.has("j5999")).toBe(true);
  const later = assessRunners(first.after, [contact(0)], context(T0 + 59 * MINUTE));
  expect(later.after.jobs.size).toBe(5_000);
  expect(assessRunners(later.after, [contact(0)], context(T0 + HOUR)).after.jobs.size).toBe(0);
});
