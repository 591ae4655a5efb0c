import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { renderReason } from "@/lib/base/messages/render-reason";
import { SECOND } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import { embeddedDatabase, readingOf, schemaSql, type TestDatabase } from "@/lib/sources/adapters/databases.testing";
import { peertube } from "@/lib/sources/adapters/peertube/peertube";
import type { RunQuery } from "@/lib/sources/jobs/adapter";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { type FakeAdminApi, startFakeAdminApi, USER } from "@/lib/sources/reading/peertube-admin-api.testing";
import { readPeertubeApi } from "@/lib/sources/reading/peertube-api";
import { createPeertubeClient, type PeertubeClient } from "@/lib/sources/reading/peertube-client";

/** One database that tells both its tables and, through a stand-in server, PeerTube's REST API. */
let tables: TestDatabase;
let server: FakeAdminApi;
let client: PeertubeClient;
beforeAll(async () => {
  tables = await embeddedDatabase(peertube);
});
afterAll(() => tables.close());
beforeEach(async () => {
  await tables.reset(await schemaSql("peertube"));
  server = await startFakeAdminApi(tables.all);
  client = createPeertubeClient({ apiUrl: server.url, ...USER });
});
afterEach(async () => {
  await client.close();
  await server.close();
});

const T0 = 1_800_000_000_000;
const SIGNAL = new AbortController().signal;
const instant = (seconds: number) => `to_timestamp(${T0 / 1_000 + seconds})`;

/** What happens to the one runner and to a job, at a second of the story. */
const world = {
  runner: () => `INSERT INTO runner ("runnerToken", name, "lastContact", ip, "createdAt", "updatedAt")
    VALUES ('ptrt-secret', 'gpu', ${instant(0)}, '::1', ${instant(0)}, ${instant(0)})`,
  contact: (at: number) => `UPDATE runner SET "lastContact" = ${instant(at)}`,
  job: (at: number, id = 1, state = 1, parent = "NULL") => `
    INSERT INTO "runnerJob" (id, uuid, type, payload, "privatePayload", state, priority, "dependsOnRunnerJobId", "createdAt", "updatedAt")
    VALUES (${id}, gen_random_uuid(), 'vod-hls-transcoding', '{}', '{}', ${state}, 0, ${parent}, ${instant(at)}, ${instant(at)})`,
  take: (at: number) => `UPDATE "runnerJob" SET state = 2, "runnerId" = (SELECT id FROM runner), progress = 0,
    "startedAt" = ${instant(at)}, "updatedAt" = ${instant(at)} WHERE id = 1; ${world.contact(at)}`,
  update: (at: number, progress: number) =>
    `UPDATE "runnerJob" SET progress = ${progress}, "updatedAt" = ${instant(at)} WHERE id = 1; ${world.contact(at)}`,
  /** The watchdog: no failure is counted, and who held it is forgotten. */
  giveBack: (at: number) => `UPDATE "runnerJob" SET state = 1, "runnerId" = NULL, progress = NULL, "startedAt" = NULL,
    "updatedAt" = ${instant(at)} WHERE id = 1`,
  state: (at: number, state: number, id = 1) =>
    `UPDATE "runnerJob" SET state = ${state}, "updatedAt" = ${instant(at)} WHERE id = ${id}`,
};

type Story = readonly (readonly [seconds: number, ...sql: string[]])[];
type Poll = (nowMs: number, previous: SourceReading | null) => Promise<SourceReading<never>>;

/** As of the story's clock, which is the database's too. */
const byTable: Poll = (nowMs, previous) => {
  const ask: RunQuery = async (question) => {
    const rows = await tables.runQuery(question);
    return question.name === "probe" ? rows.map((row) => ({ ...Object(row), now_ms: nowMs })) : rows;
  };
  return readingOf(peertube, ask, { nowMs, ...(previous === null ? {} : { previous }) });
};

const byRest: Poll = async (nowMs, previous) => {
  const get = client.within(SIGNAL);
  const outcome = await readPeertubeApi(
    async (path) => {
      const answer = await get(path);
      return answer.ok ? { ...answer, value: { ...answer.value, sourceNowMs: nowMs } } : answer;
    },
    { source: "videos", nowMs, previous },
  );
  if (!outcome.ok) throw new Error(renderReason(outcome.failure.reason));
  return outcome.value;
};

/** Polls at each step: the runner's state, and what fired and resolved at which second. */
async function live(
  story: Story,
  poll: Poll,
): Promise<{ readonly states: string; readonly expected: readonly string[] }> {
  const first = {
    source: "videos",
    kind: "peertube",
    pollIntervalMs: 60_000,
    runnersExpected: null,
    registry: new Map(),
  };
  let memory: SourceMemory = firstSourceMemory(first, T0);
  let open: Parameters<typeof evaluateAlerts>[0] = new Map();
  const states: string[] = [];
  const expected: string[] = [];
  for (const [seconds, ...sql] of story) {
    for (const one of sql) await tables.run(one);
    const nowMs = T0 + seconds * SECOND;
    const reading = await poll(nowMs, memory.reading);
    const { after, facts } = deriveSource(memory, { ok: true, reading, durationMs: 5 }, nowMs);
    const judged = evaluateAlerts(open, { ...facts, rules: BUILT_IN_RULES, nowMs });
    memory = after;
    open = judged.after;
    states.push(after.runners[0]?.state ?? "none");
    for (const { type, alert } of judged.events) {
      if (alert.rule !== "jobs-not-taken")
        expected.push(`${seconds} ${alert.rule} ${type === "alert.firing" ? alert.severity : "over"}`);
    }
  }
  return { states: states.join(" "), expected };
}

/** A poll a minute from one second to another, with what happens before each. */
const minutes = (from: number, to: number, sql: (at: number) => readonly string[]): Story =>
  Array.from({ length: (to - from) / 60 + 1 }, (_, at) => [from + at * 60, ...sql(from + at * 60)]);

const BORN = [world.runner()];

const STORIES: readonly (readonly [string, Story, string, readonly string[]])[] = [
  [
    "idle: nothing to do for a day, and an old last contact is no trouble",
    [[0, ...BORN], [3_600], [86_400]],
    "idle idle idle",
    [],
  ],
  [
    "silent: it holds work and its contact stands still",
    [[0, ...BORN, world.job(0)], [10, world.take(10)], [70], [100], [140], [150, world.update(145, 3)]],
    "idle ok ok late silent ok",
    ["140 runner-silent critical", "150 runner-silent over"],
  ],
  [
    "silent: frozen, and the watchdog takes its job back",
    [
      [0, ...BORN, world.job(0)],
      [10, world.take(10)],
      [70, world.update(70, 3)],
      [130],
      [190, world.giveBack(190)],
      [205],
      [86_400],
      [86_410, world.contact(86_405)],
    ],
    "idle ok ok ok silent silent silent idle",
    ["190 runner-silent critical", "86410 runner-silent over"],
  ],
  [
    "idle: it aborts its job itself, at a moment at which contact is not written",
    [
      [0, ...BORN, world.job(0)],
      [10, world.take(10)],
      [60, world.giveBack(35)],
    ],
    "idle ok idle",
    [],
  ],
  [
    "idle: an administrator cancels the job of a runner at work",
    [[0, ...BORN, world.job(0)], [10, world.take(10)], [65, world.state(64, 6)], [125]],
    "idle ok idle idle",
    [],
  ],
  [
    "silent: its live job fails by the watchdog, and nobody can take it up",
    [[0, ...BORN, world.job(0)], [10, world.take(10)], [55, world.state(55, 4)], [60]],
    "idle ok silent silent",
    ["55 runner-silent critical"],
  ],
  [
    "deaf: older work was pending already when it last asked, and newer work came since",
    [[0, ...BORN, world.job(0, 2)], [30, world.contact(30)], [60, world.job(60)], [360], [361]],
    "idle idle idle idle deaf",
    ["361 runner-deaf warning"],
  ],
  [
    "deaf: it missed that a job came, and it has not asked since",
    [[0, ...BORN], [60, world.job(60)], [360], [361], [400, world.take(400)]],
    "idle idle idle deaf ok",
    ["361 runner-deaf warning", "400 runner-deaf over"],
  ],
  [
    "stuck: ffmpeg tells the same per cent for a quarter of an hour while it reports",
    [
      [0, ...BORN, world.job(0), world.take(0)],
      ...minutes(60, 1_020, (at) => [world.update(at, 41)]),
      [1_080, world.update(1_080, 42)],
    ],
    `${"ok ".repeat(17)}stuck ok`,
    ["1020 runner-stuck critical", "1080 runner-stuck over"],
  ],
  [
    "bouncing: given out a third time within the hour, and no failure was reported",
    [
      [0, ...BORN, world.job(0), world.take(0)],
      [150, world.giveBack(150), world.contact(150)],
      [200, world.take(200)],
      [350, world.giveBack(350), world.contact(350)],
      [400, world.take(400)],
      [3_700, world.state(3_650, 3), world.contact(3_690)],
    ],
    "ok idle ok idle bouncing idle",
    ["400 runner-bouncing warning", "3700 runner-bouncing over"],
  ],
  [
    "an orphan: its parent ended and left it waiting, and no runner is to blame",
    [
      [0, ...BORN, world.job(0), world.job(0, 2, 5, "1"), world.take(0)],
      ...minutes(60, 120, (at) => [world.update(at, at)]),
      [180, world.state(180, 3), world.contact(180)],
      ...minutes(240, 480, (at) => [world.contact(at)]),
      [540, world.state(540, 1, 2)],
    ],
    "ok ok ok idle idle idle idle idle idle idle",
    ["480 jobs-orphan-child warning", "540 jobs-orphan-child over"],
  ],
  [
    "a child that waits for a parent at work is no orphan",
    [
      [0, ...BORN, world.job(0), world.job(0, 2, 5, "1"), world.take(0)],
      ...minutes(60, 600, (at) => [world.update(at, at / 10)]),
    ],
    "ok ".repeat(11).trim(),
    [],
  ],
];

describe.each([
  ["by tables", byTable],
  ["by REST", byRest],
])("%s", (_, poll) => {
  test.each(STORIES)("%s", async (_story, story, states, expected) => {
    expect(await live(story, poll)).toEqual({ states, expected });
  });
});
