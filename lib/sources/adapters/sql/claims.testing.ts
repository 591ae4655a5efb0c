import "server-only";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "@/lib/sources/adapters/sql/sql";
import { type OpenWorld, readingOf, type World } from "@/lib/sources/adapters/tables.testing";
import type { Adapter } from "@/lib/sources/jobs/source";

const SCHEMA = `
  CREATE TYPE phase AS ENUM ('new', 'busy', 'broken', 'off');
  CREATE TABLE own_jobs (id serial, lane text NOT NULL, phase phase NOT NULL, tries int NOT NULL DEFAULT 0,
                         due timestamptz NOT NULL DEFAULT now(), why text, payload text NOT NULL DEFAULT 's3cret');
  CREATE TABLE own_workers (name text, beat timestamptz);`;
const STATE = `CASE phase WHEN 'busy' THEN 'running' WHEN 'broken' THEN 'failed'
               WHEN 'new' THEN CASE WHEN tries > 0 THEN 'retry' ELSE 'queued' END END`;
const QUERIES = {
  counts: `SELECT lane AS queue, ${STATE} AS state, count(*) FROM own_jobs GROUP BY 1, 2; -- by lane`,
  oldest: `SELECT lane AS queue, max(extract(epoch FROM now() - due)) AS seconds FROM own_jobs WHERE phase = 'new' GROUP BY 1`,
  retry: `SELECT lane AS queue, count(*) FILTER (WHERE due <= now()) AS due, count(*) FILTER (WHERE due > now()) AS later
          FROM own_jobs WHERE phase = 'new' AND tries > 0 GROUP BY 1`,
  errors: `SELECT lane AS queue, why AS error, 1 AS count FROM own_jobs WHERE why IS NOT NULL`,
  owners: `SELECT name, extract(epoch FROM now() - beat) AS silent_seconds, 60 AS limit_seconds FROM own_workers`,
};
const NEEDS = [
  { table: "own_jobs", columns: ["lane", "phase", "tries", "due", "why"] },
  { table: "own_workers", columns: ["name", "beat"] },
];
const withNeeds = (queries: Parameters<typeof sql>[0]): Adapter => ({ ...sql(queries), needs: NEEDS });

/** For tests only: what a source of your own statements must make good on. */
export function claims(open: OpenWorld): void {
  let world: World;
  beforeAll(async () => {
    world = await open(withNeeds(QUERIES));
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset(SCHEMA));

  const fill = () =>
    world.run(`
      INSERT INTO own_jobs (lane, phase, tries, due, why)
      SELECT 'mail', 'new'::phase, 0, now() - interval '40 s', NULL FROM generate_series(1, 3) UNION ALL
      SELECT 'mail', 'new', 1, now() - interval '9 s', 'smtp 451 for job ' || n FROM generate_series(1, 2) n UNION ALL
      SELECT 'mail', 'new', 1, now() + interval '1 hour', NULL UNION ALL
      SELECT 'mail', 'off', 0, now(), NULL UNION ALL
      SELECT 'film', 'busy', 0, now(), NULL;
      INSERT INTO own_workers VALUES ('w1', now() - interval '30 s'), ('w2', NULL)`);
  const told = async (queries: Parameters<typeof sql>[0]) => {
    const outcome = await sql(queries).read(world.ask, { source: "s", nowMs: Date.now(), previous: null });
    return outcome.ok ? "ok" : `${outcome.failure.code}: ${outcome.failure.detail}`;
  };

  test("your statements make a reading; a state nobody named is unknown, one another queue has is none", async () => {
    await fill();
    const nowMs = Date.now();
    const reading = await readingOf(withNeeds(QUERIES), world.ask, { nowMs });
    const [film, mail] = reading.queues;
    expect(mail?.counts).toEqual({ queued: 3, running: 0, retry: 3, failed: null, done: null });
    expect(film?.counts).toEqual({ queued: 0, running: 1, retry: 0, failed: null, done: null });
    expect([mail?.retry, film?.retry]).toEqual([
      { due: 2, later: 1 },
      { due: 0, later: 0 },
    ]);
    // Older by what passed since it was stored.
    expect(mail?.oldestDueSeconds).toBeGreaterThanOrEqual(40);
    expect(film?.oldestDueSeconds).toBeNull();
    expect(mail?.errors.map((one) => [one.group, one.count])).toEqual([["smtp # for job #", 2]]);
    expect(reading.runners?.map((one) => [one.name, one.deadAfterSeconds])).toEqual([
      ["w1", 60],
      ["w2", 60],
    ]);
    expect(reading.runners?.map((one) => one.lastContactMs)).toEqual([expect.closeTo(nowMs - 30_000, -4), null]);
    expect(JSON.stringify(reading)).not.toContain("s3cret");
  });

  test("a state that was there a poll ago and is gone is none, not unknown", async () => {
    await fill();
    const first = await readingOf(withNeeds(QUERIES), world.ask, { nowMs: Date.now() });
    await world.run("DELETE FROM own_jobs WHERE lane = 'film'");
    const second = await readingOf(withNeeds(QUERIES), world.ask, { nowMs: Date.now(), previous: first });
    expect(second.queues.map((one) => [one.queue, one.counts.running])).toEqual([
      ["film", 0],
      ["mail", 0],
    ]);
  });

  /** Jobs that wait in as many queues, called by a letter and a number. */
  const many = (letter: string, queues: number) =>
    withNeeds({
      counts: `SELECT '${letter}' || n AS queue, 'queued' AS state, 1 AS count FROM generate_series(1, ${queues}) n`,
    });

  test("an answer as long as is taken of one is cut: it says so, and empties no queue that is not in it", async () => {
    const first = await readingOf(many("a", 10_001), world.ask, { nowMs: Date.now() });
    expect([first.cut, first.queues.length]).toEqual([true, 10_000]);
    const second = await readingOf(many("b", 10_001), world.ask, { nowMs: Date.now(), previous: first });
    expect(second.queues.every(({ queue, counts }) => queue.startsWith("b") && counts.queued === 1)).toBe(true);
  });

  test("queues that come and go by the thousand are not kept without end", async () => {
    const first = await readingOf(many("a", 9_000), world.ask, { nowMs: Date.now() });
    expect([first.cut, first.queues.length]).toEqual([undefined, 9_000]);
    const second = await readingOf(many("b", 9_000), world.ask, { nowMs: Date.now(), previous: first });
    expect(second.queues).toHaveLength(10_000);
    expect(second.queues.filter(({ counts }) => counts.queued === 1)).toHaveLength(9_000);
  });

  test("counts alone are enough, and what was not asked is unknown", async () => {
    await fill();
    const reading = await readingOf(withNeeds({ counts: QUERIES.counts }), world.ask, { nowMs: Date.now() });
    expect(reading.runners).toBeNull();
    expect(reading.queues[1]).toMatchObject({ retry: { due: null, later: null }, oldestDueSeconds: null, errors: [] });
  });

  describe("a statement that does not fit is told with its path", () => {
    test.each<[string, Parameters<typeof sql>[0], string]>([
      [
        "every fault at once",
        {
          counts: "SELECT lane AS queue, tries FROM own_jobs",
          oldest: "SELECT 'a' AS queue, lane AS seconds FROM own_jobs",
        },
        "queries.counts: no column state. queries.counts: no column count. queries.oldest: column seconds is text, and must be a number.",
      ],
      ["no such table", { counts: "SELECT * FROM own_job" }, "queries.counts: The database has no table own_job."],
      ["no such column", { counts: "SELECT lone FROM own_jobs" }, "queries.counts: The database has no column lone."],
      ["not SQL", { counts: "SELECT FROM WHERE" }, "queries.counts: not a statement PostgreSQL understands."],
      [
        "a write in a WITH",
        {
          counts:
            "WITH gone AS (DELETE FROM own_jobs RETURNING lane) SELECT lane AS queue, 'queued' AS state, 1 AS count FROM gone",
        },
        "queries.counts: The table does not fit: SQLSTATE 0A000.",
      ],
    ])("%s", async (_, queries, faults) => {
      await fill();
      expect(await told(queries)).toBe(`incompatible: ${faults}`);
      expect(await told(QUERIES)).toBe("ok");
    });
  });

  test("two statements are refused by the protocol too, and nothing is written", async () => {
    await fill();
    await world.run(`GRANT ALL ON own_jobs TO ${world.role}`);
    const before = await world.rowsOf("own_jobs");
    expect(await told({ counts: "SELECT 1) q; COMMIT; DELETE FROM own_jobs; SELECT * FROM (SELECT 1" })).toMatch(
      /^incompatible: queries.counts: not a statement/,
    );
    expect(await world.rowsOf("own_jobs")).toEqual(before);
  });

  test("a table that changes while it is watched is told by the statement it breaks", async () => {
    await fill();
    const adapter = withNeeds(QUERIES);
    const first = await readingOf(adapter, world.ask, { nowMs: Date.now() });
    await world.run("ALTER TABLE own_jobs RENAME COLUMN why TO reason");
    const outcome = await adapter.read(world.ask, { source: "s", nowMs: Date.now(), previous: first });
    expect(outcome.ok ? "" : outcome.failure.detail).toBe("queries.errors: The database has no column why.");
  });
}
