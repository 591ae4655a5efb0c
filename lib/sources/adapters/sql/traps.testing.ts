import "server-only";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import { type OpenDatabase, readingOf, schemaSql, type TestDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleWith, QUERIES } from "@/lib/sources/adapters/sql/example.testing";
import type { Queries } from "@/lib/sources/adapters/sql/queries";
import { sql } from "@/lib/sources/adapters/sql/sql";

/** What a source with the operator's own statements must do. */
export function traps(open: OpenDatabase): void {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open(exampleWith(QUERIES));
  });
  afterAll(() => database.close());
  beforeEach(async () => database.reset(await schemaSql("sql")));

  const fill = () =>
    database.run(`
      INSERT INTO own_jobs (topic, phase, tries, due, why)
      SELECT 'mail', 'new'::phase, 0, now() - interval '40 s', NULL FROM generate_series(1, 3) UNION ALL
      SELECT 'mail', 'new', 1, now() - interval '9 s', 'smtp 451 for job ' || n FROM generate_series(1, 2) n UNION ALL
      SELECT 'mail', 'new', 1, now() + interval '1 hour', NULL UNION ALL
      SELECT 'mail', 'off', 0, now(), NULL UNION ALL
      SELECT 'film', 'busy', 0, now(), NULL;
      INSERT INTO own_workers VALUES ('w1', now() - interval '30 s'), ('w2', NULL)`);
  const failure = async (queries: Queries) => {
    const result = await sql(queries).read(database.runQuery, { source: "s", nowMs: Date.now(), previous: null });
    return result.ok ? "none" : `${result.failure.code}: ${renderReason(result.failure.reason)}`;
  };

  test("the statements give a reading; a state that no row names is unknown, a state of another queue counts as 0", async () => {
    await fill();
    const nowMs = Date.now();
    const reading = await readingOf(exampleWith(QUERIES), database.runQuery, { nowMs });
    const [film, mail] = reading.queues;
    expect(mail?.counts).toEqual({ queued: 3, running: 0, retry: 3, failed: null, done: null, scheduled: null });
    expect(film?.counts).toEqual({ queued: 0, running: 1, retry: 0, failed: null, done: null, scheduled: null });
    expect([mail?.retry, film?.retry]).toEqual([
      { due: 2, later: 1 },
      { due: 0, later: 0 },
    ]);
    // Plus the time since the rows were inserted.
    expect(mail?.oldestDueSeconds).toBeGreaterThanOrEqual(40);
    expect(film?.oldestDueSeconds).toBeNull();
    expect(mail?.errors.map(({ group, count }) => [group, count])).toEqual([["smtp # for job #", 2]]);
    expect(reading.runners?.map((runner) => [runner.name, runner.deadAfterSeconds])).toEqual([
      ["w1", 60],
      ["w2", 60],
    ]);
    expect(reading.runners?.map((runner) => runner.lastContactMs)).toEqual([expect.closeTo(nowMs - 30_000, -4), null]);
    expect(JSON.stringify(reading)).not.toContain("s3cret");
  });

  test("a state that was there at the previous poll and is missing now counts as 0, not as unknown", async () => {
    await fill();
    const first = await readingOf(exampleWith(QUERIES), database.runQuery, { nowMs: Date.now() });
    await database.run("DELETE FROM own_jobs WHERE topic = 'film'");
    const second = await readingOf(exampleWith(QUERIES), database.runQuery, { nowMs: Date.now(), previous: first });
    expect(second.queues.map(({ queue, counts }) => [queue, counts.running])).toEqual([
      ["film", 0],
      ["mail", 0],
    ]);
  });

  /** One queued job in each of many queues, named by a letter and a number. */
  const many = (letter: string, queues: number) =>
    exampleWith({
      counts: `SELECT '${letter}' || n AS queue, 'queued' AS state, 1 AS count FROM generate_series(1, ${queues}) n`,
    });

  test("an answer of the maximum length is truncated: the reading says so, and a queue missing from it is not reported as empty", async () => {
    const first = await readingOf(many("a", 10_001), database.runQuery, { nowMs: Date.now() });
    expect([first.cut, first.queues.length]).toEqual([true, 10_000]);
    const second = await readingOf(many("b", 10_001), database.runQuery, { nowMs: Date.now(), previous: first });
    expect(second.queues.every(({ queue, counts }) => queue.startsWith("b") && counts.queued === 1)).toBe(true);
  });

  test("empty queues are retained up to a limit", async () => {
    const first = await readingOf(many("a", 9_000), database.runQuery, { nowMs: Date.now() });
    expect([first.cut, first.queues.length]).toEqual([undefined, 9_000]);
    const second = await readingOf(many("b", 9_000), database.runQuery, { nowMs: Date.now(), previous: first });
    expect(second.queues).toHaveLength(10_000);
    expect(second.queues.filter(({ counts }) => counts.queued === 1)).toHaveLength(9_000);
  });

  test("counts alone are enough; what has no statement is unknown", async () => {
    await fill();
    const reading = await readingOf(exampleWith({ counts: QUERIES.counts }), database.runQuery, { nowMs: Date.now() });
    expect(reading.runners).toBeNull();
    expect(reading.queues[1]).toMatchObject({ retry: { due: null, later: null }, oldestDueSeconds: null, errors: [] });
  });

  describe("a statement that does not fit is reported with its path", () => {
    test.each<[string, Queries, string]>([
      [
        "all faults at once",
        {
          counts: "SELECT topic AS queue, tries FROM own_jobs",
          oldest: "SELECT 'a' AS queue, topic AS seconds FROM own_jobs",
        },
        "queries.counts: no column state. queries.counts: no column count. queries.oldest: column seconds is text, and must be a number.",
      ],
      ["no such table", { counts: "SELECT * FROM own_job" }, "queries.counts: The database has no table own_job."],
      ["no such column", { counts: "SELECT lone FROM own_jobs" }, "queries.counts: The database has no column lone."],
      ["not SQL", { counts: "SELECT FROM WHERE" }, "queries.counts: not a statement the database understands."],
      [
        "a write in a WITH",
        {
          counts:
            "WITH deleted AS (DELETE FROM own_jobs RETURNING topic) SELECT topic AS queue, 'queued' AS state, 1 AS count FROM deleted",
        },
        "queries.counts: The table does not fit: SQLSTATE 0A000.",
      ],
    ])("%s", async (_, queries, faults) => {
      await fill();
      expect(await failure(queries)).toBe(`incompatible: ${faults}`);
      expect(await failure(QUERIES)).toBe("none");
    });
  });

  test("the protocol rejects two statements as well, and nothing is written", async () => {
    await fill();
    await database.run(`GRANT ALL ON own_jobs TO ${database.role}`);
    const before = await database.rowVersions("own_jobs");
    expect(await failure({ counts: "SELECT 1) q; COMMIT; DELETE FROM own_jobs; SELECT * FROM (SELECT 1" })).toMatch(
      /^incompatible: queries.counts: not a statement/,
    );
    expect(await database.rowVersions("own_jobs")).toEqual(before);
  });

  test("when a table changes between polls, the statement that fails is named", async () => {
    await fill();
    const adapter = exampleWith(QUERIES);
    const first = await readingOf(adapter, database.runQuery, { nowMs: Date.now() });
    await database.run("ALTER TABLE own_jobs RENAME COLUMN why TO reason");
    const result = await adapter.read(database.runQuery, { source: "s", nowMs: Date.now(), previous: first });
    expect(result.ok ? "" : renderReason(result.failure.reason)).toBe(
      "queries.errors: The database has no column why.",
    );
  });
}
