import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import { bitmagnet } from "@/lib/sources/adapters/bitmagnet/bitmagnet";
import {
  embeddedDatabase,
  readingOf,
  schemaSql,
  type TestDatabase,
  withTimeouts,
} from "@/lib/sources/adapters/databases.testing";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";

let database: TestDatabase;
beforeAll(async () => {
  database = await embeddedDatabase(bitmagnet);
});
afterAll(() => database.close());

/** `count` rows of one status, due `dueSeconds` ago (negative: in the future). */
const add = (facts: { queue?: string; status: string; count?: number; due?: number; error?: string; print?: string }) =>
  database.run(`
    INSERT INTO queue_jobs (fingerprint, queue, status, payload, run_after, ran_at, error, archival_duration, created_at)
    SELECT ${facts.print === undefined ? "gen_random_uuid()::text" : `'${facts.print}' || n`},
           '${facts.queue ?? "process_torrent"}', '${facts.status}', jsonb_build_object('secret', n),
           now() - interval '1 second' * ${facts.due ?? 0},
           ${facts.error === undefined ? "NULL" : "now()"}, ${facts.error === undefined ? "NULL" : `'${facts.error} ' || n`},
           interval '7 days', now()
    FROM generate_series(1, ${facts.count ?? 1}) n`);

const queueOf = (reading: SourceReading, queue = "process_torrent"): JobQueue => {
  const found = reading.queues.find((candidate) => candidate.queue === queue);
  if (found === undefined) throw new Error(`no queue ${queue}`);
  return found;
};

describe.each([
  ["0.10", "schema"],
  ["0.9", "schema-0.9"],
])("Bitmagnet %s", (generation, file) => {
  beforeEach(async () => database.reset(await schemaSql("bitmagnet", file)));

  test("an empty table gives the main queue with zeros", async () => {
    const reading = await readingOf(bitmagnet, database.runQuery, { nowMs: Date.now() });
    expect(reading.queues).toEqual([
      {
        source: "s",
        kind: "bitmagnet",
        queue: "process_torrent",
        countsAre: "exact",
        counts: { queued: 0, running: 0, retry: 0, failed: 0, done: 0, scheduled: 0 },
        retry: { due: 0, later: 0 },
        oldestDueSeconds: null,
        throughputPerMinute: null,
        errors: [],
        stuck: 0,
        conflicts: 0,
      },
    ]);
    expect(reading).toMatchObject({ runners: null, finishedTotal: 0, exactAgainMs: null });
    expect(reading.generation).toBe(generation);
  });

  test("counts, due and later retries, the oldest due job and error groups are reported by queue", async () => {
    await add({ status: "pending", count: 4, due: 30 });
    await add({ status: "retry", count: 3, due: 90, error: "tmdb: 429 for job" });
    await add({ status: "retry", count: 2, due: -60, error: "tmdb: 429 for job" });
    await add({ status: "failed", count: 1, error: "no such torrent" });
    await add({ status: "processed", count: 5 });
    await add({ queue: "process_torrent_batch", status: "pending", count: 1, due: -10 });
    const reading = await readingOf(bitmagnet, database.runQuery, { nowMs: Date.now() });
    const main = queueOf(reading);
    expect(main.counts).toEqual({ queued: 4, running: null, retry: 5, failed: 1, done: 5, scheduled: 0 });
    expect([main.retry, main.countsAre]).toEqual([{ due: 3, later: 2 }, "exact"]);
    expect(Math.round(main.oldestDueSeconds ?? 0)).toBeGreaterThanOrEqual(90);
    expect(main.oldestDueSeconds).toBeLessThan(120);
    expect(main.errors.map(({ group, count }) => [group, count])).toEqual([
      ["tmdb: # for job #", 5],
      ["no such torrent #", 1],
    ]);
    const batch = queueOf(reading, "process_torrent_batch");
    expect([batch.counts.scheduled, batch.oldestDueSeconds, batch.retry]).toEqual([1, null, { due: 0, later: 0 }]);
    expect(JSON.stringify(reading)).not.toContain("secret");
  });

  test("when exact counts are out of budget, small counts stay correct and the reading says estimated", async () => {
    await add({ status: "pending", count: 40, due: 30 });
    await add({ status: "retry", count: 7, due: 90 });
    const slow = withTimeouts(database.runQuery, ["counts"]);
    const reading = await readingOf(bitmagnet, slow, { nowMs: 1_000_000_000 });
    expect(queueOf(reading).counts).toMatchObject({ queued: 40, retry: 7, failed: 0, done: 0 });
    expect(queueOf(reading).retry).toEqual({ due: 7, later: 0 });
    expect([queueOf(reading).countsAre, reading.finishedTotal]).toEqual(["estimated", null]);

    // The exact query is not repeated for ten minutes.
    const at = (minutes: number) => ({ nowMs: 1_000_000_000 + minutes * 60_000, previous: reading });
    expect(queueOf(await readingOf(bitmagnet, database.runQuery, at(9))).countsAre).toBe("estimated");
    expect(queueOf(await readingOf(bitmagnet, database.runQuery, at(10))).countsAre).toBe("exact");
  });

  test("other facts that are out of budget are not measured, or are estimated from a sample", async () => {
    await add({ status: "retry", count: 6, due: 90 });
    await add({ status: "retry", count: 2, due: -90 });
    const slow = withTimeouts(database.runQuery, [
      "retry-split",
      "oldest-pending",
      "errors",
      "twins",
      "running",
      "deleted",
    ]);
    const queue = queueOf(await readingOf(bitmagnet, slow, { nowMs: Date.now() }));
    expect(queue).toMatchObject({ countsAre: "estimated", retry: { due: 6, later: 2 }, errors: [] });
    expect(queue.counts).toEqual({ queued: 0, running: null, retry: 8, failed: 0, done: 0, scheduled: 0 });
    expect(queue.oldestDueSeconds).toBeGreaterThanOrEqual(90);
    const blind = withTimeouts(slow, ["retry-split", "sample"]);
    const none = queueOf(await readingOf(bitmagnet, withTimeouts(blind, ["oldest-pending"]), { nowMs: Date.now() }));
    expect([none.retry, none.oldestDueSeconds]).toEqual([{ due: null, later: null }, null]);
  });

  test("the rate counts finished rows; a queue without rows counts zero", async () => {
    await add({ status: "processed", count: 5 });
    await add({ queue: "process_torrent_batch", status: "pending", count: 1 });
    const first = await readingOf(bitmagnet, database.runQuery, { nowMs: 1_000_000 });
    expect(queueOf(first).throughputPerMinute).toBeNull();
    await add({ status: "processed", count: 10 });
    await add({ status: "failed", count: 2 });
    const second = await readingOf(bitmagnet, database.runQuery, { nowMs: 1_030_000, previous: first });
    expect(queueOf(second).throughputPerMinute).toBe(24);
    expect(queueOf(second, "process_torrent_batch").throughputPerMinute).toBe(0);
    await database.run("DELETE FROM queue_jobs WHERE queue = 'process_torrent_batch'");
    const third = await readingOf(bitmagnet, database.runQuery, { nowMs: 1_060_000, previous: second });
    expect(queueOf(third, "process_torrent_batch").counts).toMatchObject({ queued: 0, retry: 0, failed: 0, done: 0 });
  });

  test("instants are in our clock when the server's is an hour ahead", async () => {
    await add({ status: "failed", error: "boom" });
    const nowMs = Date.now() - 3_600_000;
    const reading = await readingOf(bitmagnet, database.runQuery, { nowMs });
    const seenMs = queueOf(reading).errors[0]?.lastSeenMs ?? 0;
    expect(Math.abs(reading.clockAheadMs - 3_600_000)).toBeLessThan(60_000);
    expect(Math.abs(seenMs - nowMs)).toBeLessThan(60_000);
  });
});

test("under the older key pending and retry twins are counted; without a known key they are unknown", async () => {
  await database.reset(await schemaSql("bitmagnet", "schema-0.9"));
  await add({ status: "pending", count: 3, print: "f" });
  await add({ status: "retry", count: 2, print: "f", due: 10 });
  await add({ status: "retry", count: 4, print: "g", due: 10 });
  expect(queueOf(await readingOf(bitmagnet, database.runQuery, { nowMs: Date.now() })).conflicts).toBe(2);
  await database.run("DROP INDEX queue_jobs_fingerprint_status_idx");
  const reading = await readingOf(bitmagnet, database.runQuery, { nowMs: Date.now() });
  expect([reading.generation, queueOf(reading).conflicts]).toEqual(["unknown", null]);
});

test("a backlog too long to read row by row is sampled; with the optional index it is read exactly", async () => {
  await database.reset(await schemaSql("bitmagnet"));
  await database.run("DROP INDEX queue_jobs_queue_payload_idx, queue_jobs_id_queue_status_priority_run_after_idx");
  // Creating the indexes after the rows takes a fifth of the time.
  await database.run("DROP INDEX queue_jobs_queue_status_idx, queue_jobs_fingerprint_idx");
  await database.run("ALTER TABLE queue_jobs DROP CONSTRAINT queue_jobs_pkey");
  await add({ status: "retry", count: 200_001, due: 600 });
  await database.run(`ALTER TABLE queue_jobs ADD PRIMARY KEY (id);
    CREATE INDEX queue_jobs_queue_status_idx ON queue_jobs (queue, status);
    CREATE UNIQUE INDEX queue_jobs_fingerprint_idx ON queue_jobs (fingerprint) WHERE status IN ('pending', 'retry')`);
  const sampled = queueOf(await readingOf(bitmagnet, database.runQuery, { nowMs: Date.now() }));
  expect([sampled.countsAre, sampled.counts.retry]).toEqual(["estimated", 200_001]);
  expect(sampled.retry.due).toBe(200_001);
  expect(sampled.oldestDueSeconds).toBeGreaterThanOrEqual(600);
  const capped = queueOf(
    await readingOf(bitmagnet, withTimeouts(database.runQuery, ["counts"]), { nowMs: Date.now() }),
  );
  expect(capped.counts.retry).toBeGreaterThan(100_000);
  await database.run(await schemaSql("bitmagnet", "optional-index"));
  const exact = queueOf(await readingOf(bitmagnet, database.runQuery, { nowMs: Date.now() }));
  expect([exact.countsAre, exact.retry]).toEqual(["exact", { due: 200_001, later: 0 }]);
});

test.each([
  ["no table", "DROP TABLE queue_jobs", "There is no table queue_jobs in this database"],
  [
    "another schema",
    "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO monitor; ALTER TABLE queue_jobs SET SCHEMA other",
    "There is no table queue_jobs where this source looks; there is one in schema other. Say so in the settings: schema: other",
  ],
  [
    "another table of that name",
    "ALTER TABLE queue_jobs DROP COLUMN run_after, DROP COLUMN fingerprint",
    "Table queue_jobs has no column fingerprint, run_after: not a schema this adapter knows. It reads 0.8–0.10.",
  ],
])("an unknown schema is reported, not guessed: %s", async (_, change, text) => {
  await database.reset(await schemaSql("bitmagnet"));
  await database.run(change);
  const result = await bitmagnet.read(database.runQuery, { source: "s", nowMs: Date.now(), previous: null });
  expect(result).toMatchObject({ ok: false, failure: { code: "incompatible", retry: false } });
  expect(result.ok ? "" : renderReason(result.failure.reason)).toBe(text);
  await database.run("DROP SCHEMA IF EXISTS other CASCADE");
});
