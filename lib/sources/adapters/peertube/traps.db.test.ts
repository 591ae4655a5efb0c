import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import {
  embeddedDatabase,
  readingOf,
  schemaSql,
  type TestDatabase,
  withTimeouts,
} from "@/lib/sources/adapters/databases.testing";
import { peertube } from "@/lib/sources/adapters/peertube/peertube";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";

let database: TestDatabase;
beforeAll(async () => {
  database = await embeddedDatabase(peertube);
});
afterAll(() => database.close());
beforeEach(async () => database.reset(await schemaSql("peertube")));

const addRunner = (name: string, silentSeconds: number) =>
  database.run(`
    INSERT INTO runner ("runnerToken", name, "lastContact", ip, "createdAt", "updatedAt")
    VALUES ('ptrt-secret-${name}', '${name}', now() - interval '${silentSeconds} seconds', '127.0.0.1', now(), now())`);

interface JobFacts {
  readonly state: number;
  readonly type?: string;
  readonly runner?: string;
  readonly updated?: number;
  readonly progress?: number;
  readonly error?: string;
  readonly count?: number;
}

const addJob = ({ state, type = "vod-hls-transcoding", runner, updated = 0, progress, error, count = 1 }: JobFacts) =>
  database.run(`
    INSERT INTO "runnerJob" (uuid, type, payload, "privatePayload", state, priority, progress, error, "startedAt",
                             "finishedAt", "runnerId", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), '${type}', '{"k":"payload-secret"}', '{"k":"private-secret"}', ${state}, 0,
           ${progress ?? "NULL"}, ${error === undefined ? "NULL" : `'${error} ' || n`},
           ${state === 1 ? "NULL" : "now() - interval '10 minutes'"}, ${state === 4 ? "now()" : "NULL"},
           ${runner === undefined ? "NULL" : `(SELECT id FROM runner WHERE name = '${runner}')`},
           now() - interval '1 hour', now() - interval '${updated} seconds'
    FROM generate_series(1, ${count}) n`);

const queueOf = (reading: SourceReading, queue = "vod-hls-transcoding"): JobQueue => {
  const found = reading.queues.find((candidate) => candidate.queue === queue);
  if (found === undefined) throw new Error(`no queue ${queue}`);
  return found;
};

test("no runners and no jobs give an empty reading", async () => {
  const reading = await readingOf(peertube, database.runQuery, { nowMs: Date.now() });
  expect(reading).toMatchObject({ queues: [], runners: [], finishedTotal: 0, generation: "8" });
});

test("runners are reported with their last contact and their running jobs, and without secrets", async () => {
  await addRunner("busy", 20);
  await addRunner("idle", 4_000);
  await addJob({ state: 2, runner: "busy", updated: 15, progress: 40 });
  await addJob({ state: 9, runner: "busy", updated: 5, type: "video-studio-transcoding" });
  await addJob({ state: 1, updated: 400 });
  await addJob({ state: 3, runner: "busy" });
  const nowMs = Date.now();
  const reading = await readingOf(peertube, database.runQuery, { nowMs });
  const ago = (ms: number | null | undefined) => Math.round((nowMs - (ms ?? 0)) / 10_000) * 10;
  expect(
    reading.runners?.map((runner) => [runner.name, ago(runner.lastContactMs), ago(runner.overduePendingMs)]),
  ).toEqual([
    ["busy", 20, 400],
    ["idle", 4_000, 400],
  ]);
  const held = reading.runners?.[0]?.holding ?? [];
  expect(held.map((job) => [job.type, job.phase, job.progress, job.failures, ago(job.startedMs)])).toEqual([
    ["vod-hls-transcoding", "processing", 40, 0, 600],
    ["video-studio-transcoding", "completing", null, 0, 600],
  ]);
  expect(reading.runners?.[1]?.holding).toEqual([]);
  expect(JSON.stringify(reading)).not.toContain("secret");
});

test("jobs are reported by type: queued, running, failed, done, stuck, the oldest due, errors", async () => {
  await addRunner("busy", 20);
  await addJob({ state: 1, updated: 300, count: 3 });
  await addJob({ state: 2, runner: "busy", updated: 60 });
  await addJob({ state: 2, runner: "busy", updated: 200 });
  await addJob({ state: 9, runner: "busy", updated: 200 });
  await addJob({ state: 3, count: 7 });
  await addJob({ state: 4, count: 2, error: "ffmpeg exited with code 1 on" });
  await addJob({ state: 5, type: "live-rtmp-hls-transcoding" });
  const reading = await readingOf(peertube, database.runQuery, { nowMs: Date.now() });
  const vod = queueOf(reading);
  expect(vod.counts).toEqual({ queued: 3, running: 3, retry: null, failed: 2, done: 7, scheduled: null });
  expect(vod).toMatchObject({ countsAre: "exact", retry: { due: null, later: null }, stuck: 1, conflicts: null });
  expect(Math.round((vod.oldestDueSeconds ?? 0) / 10)).toBe(30);
  expect(vod.errors.map(({ group, count }) => [group, count])).toEqual([["ffmpeg exited with code # on #", 2]]);
  expect(queueOf(reading, "live-rtmp-hls-transcoding").counts).toMatchObject({ queued: 0, running: 0, done: 0 });
  expect(reading.finishedTotal).toBe(9);
});

test("the rate counts completed jobs; deleted rows give none", async () => {
  await addJob({ state: 3, count: 5 });
  const first = await readingOf(peertube, database.runQuery, { nowMs: 1_000_000 });
  await addJob({ state: 3, count: 4 });
  const second = await readingOf(peertube, database.runQuery, { nowMs: 1_060_000, previous: first });
  expect(queueOf(second).throughputPerMinute).toBe(4);
  await database.run(`DELETE FROM "runnerJob"`);
  const third = await readingOf(peertube, database.runQuery, { nowMs: 1_120_000, previous: second });
  expect(queueOf(third)).toMatchObject({ throughputPerMinute: null, counts: { queued: 0, done: 0, retry: null } });
});

test("when exact counts are out of budget, finished jobs are estimated, unsampled states unknown, active jobs still exact", async () => {
  await addJob({ state: 3, count: 9 });
  await addJob({ state: 1, count: 2 });
  const reading = await readingOf(peertube, withTimeouts(database.runQuery, ["counts"]), { nowMs: 1_000_000_000 });
  expect(queueOf(reading)).toMatchObject({ countsAre: "estimated", counts: { queued: 2, done: 9, failed: null } });
  const blind = withTimeouts(database.runQuery, ["counts", "sample", "errors"]);
  expect(queueOf(await readingOf(peertube, blind, { nowMs: 1_000_000_000 })).counts.done).toBeNull();
});

test("a table without the version column belongs to an older PeerTube and is read as well", async () => {
  await database.run("ALTER TABLE runner DROP COLUMN version");
  expect((await readingOf(peertube, database.runQuery, { nowMs: Date.now() })).generation).toBe("5.2-7");
});

test.each([
  [
    "no tables of runners, before 5.2",
    'DROP TABLE "runnerJob"; DROP TABLE runner',
    "There is no table runner in this database",
  ],
  ["no jobs", 'DROP TABLE "runnerJob"', 'There is no table "runnerJob" in this database'],
  [
    "columns renamed",
    'ALTER TABLE runner RENAME "lastContact" TO last_contact',
    'Table runner has no column "lastContact": not a schema this adapter knows. It reads 5.2–8.',
  ],
])("an unknown schema is reported, not guessed: %s", async (_, change, text) => {
  await database.run(change);
  const result = await peertube.read(database.runQuery, { source: "s", nowMs: Date.now(), previous: null });
  expect(result).toMatchObject({ ok: false, failure: { code: "incompatible", retry: false } });
  expect(result.ok ? "" : renderReason(result.failure.reason)).toBe(text);
});
