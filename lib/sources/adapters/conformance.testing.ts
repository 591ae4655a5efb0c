import "server-only";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenWorld, readingOf, tooSlowFor, type World } from "@/lib/sources/adapters/tables.testing";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import { type Adapter, COOLDOWN_MS, type RunQuery, withCooldown } from "@/lib/sources/jobs/source";

/** For tests only: what a job can be in, told by somebody who knows the system. */
export type ExampleState = "queued" | "queuedLater" | "running" | "retryDue" | "retryLater" | "failed" | "done";

export interface ExampleJobs {
  readonly state: ExampleState;
  readonly count: number;
  /** How long ago the job could have run; negative for later ones. */
  readonly dueSeconds: number;
  /** How long ago it was taken, for running ones. */
  readonly startedSeconds: number;
  /** Text of its last error, to be made different by a number; null: none. */
  readonly error: string | null;
}

/** One system with its real tables, and how its rows come to be. */
export interface Example {
  readonly adapter: Adapter;
  readonly schemaSql: URL;
  /** The queue `add` puts jobs into. */
  readonly queue: string;
  /** SQL that adds rows with a payload that says `s3cret`; null where the system has no such state. */
  add(jobs: ExampleJobs): string | null;
  /** SQL that adds an owner called `name`, with one job in hand or none; absent where the adapter knows no owners. */
  owner?(facts: { readonly name: string; readonly silentSeconds: number; readonly holding: boolean }): string;
  /** The states whose jobs keep the text of their error, if not all that failed once. */
  readonly errorsIn?: readonly ExampleState[];
  /** The table behind a view, to see that no row of it changes. */
  readonly rowsIn?: string;
  /** A column it cannot do without. */
  readonly requiredColumn: { readonly table: string; readonly column: string };
}

const STALE_SECONDS = 5 * 3600;
const JOBS: readonly ExampleJobs[] = [
  { state: "queued", count: 4, dueSeconds: 30, startedSeconds: 0, error: null },
  { state: "queuedLater", count: 2, dueSeconds: -3600, startedSeconds: 0, error: null },
  { state: "running", count: 3, dueSeconds: 40, startedSeconds: 20, error: null },
  { state: "running", count: 1, dueSeconds: STALE_SECONDS, startedSeconds: STALE_SECONDS, error: null },
  { state: "retryDue", count: 3, dueSeconds: 90, startedSeconds: 120, error: "tmdb: 429 for job" },
  { state: "retryLater", count: 2, dueSeconds: -60, startedSeconds: 120, error: "tmdb: 429 for job" },
  { state: "failed", count: 1, dueSeconds: 90, startedSeconds: 100, error: "tmdb: 429 for job" },
  { state: "done", count: 5, dueSeconds: 90, startedSeconds: 100, error: null },
];
const OUT_OF_BUDGET = ["counts", "open-counts", "closed-counts"];

/** The claims every adapter has to make good on the tables of its own system. */
export function conforms(example: Example, open: OpenWorld): void {
  const { adapter, queue } = example;
  const jobsTable = adapter.needs[0]?.table ?? "";
  let world: World;
  beforeAll(async () => {
    world = await open(adapter);
  });
  afterAll(() => world.close());
  beforeEach(async () => world.reset(await readFile(example.schemaSql, "utf8")));

  const has = (state: ExampleState) => example.add({ state, count: 1, dueSeconds: 0, startedSeconds: 0, error: null });
  const add = async (jobs: readonly ExampleJobs[]) => {
    for (const one of jobs) {
      const sql = example.add(one);
      if (sql !== null) await world.run(sql);
    }
  };
  const counted = (...states: ExampleState[]): number | null =>
    states.some((state) => has(state) !== null)
      ? JOBS.filter((one) => states.includes(one.state) && has(one.state) !== null).reduce((n, one) => n + one.count, 0)
      : null;
  const now = (previous?: SourceReading) =>
    readingOf(adapter, world.ask, { nowMs: Date.now(), ...(previous === undefined ? {} : { previous }) });
  const queueOf = (reading: SourceReading): JobQueue => {
    const found = reading.queues.find((one) => one.queue === queue);
    if (found === undefined) throw new Error(`no queue ${queue}`);
    return found;
  };
  const refused = async () => {
    const outcome = await adapter.read(world.ask, { source: "s", nowMs: Date.now(), previous: null });
    return outcome.ok ? "ok" : `${outcome.failure.code}: ${outcome.failure.detail}`;
  };
  const expected = {
    queued: counted("queued", "queuedLater"),
    running: counted("running"),
    retry: counted("retryDue", "retryLater"),
    failed: counted("failed"),
    done: counted("done"),
  };

  test("empty tables are an answer", async () => {
    const reading = await now();
    expect(reading.queues.flatMap((one) => Object.values(one.counts)).filter((count) => (count ?? 0) !== 0)).toEqual(
      [],
    );
    expect(reading.runners).toEqual(adapter.tells.owners === "unsupported" ? null : []);
    expect([reading.generation === "", reading.clockAheadMs]).toEqual([false, 0]);
  });

  test("each state is counted exactly, due and later told apart", async () => {
    await add(JOBS);
    const one = queueOf(await now());
    expect([one.counts, one.countsAre]).toEqual([expected, adapter.tells.counts]);
    expect(one.retry).toEqual({ due: counted("retryDue"), later: counted("retryLater") });
    if (adapter.tells.oldestDue === "unsupported") expect(one.oldestDueSeconds).toBeNull();
    else {
      const oldest = has("retryDue") === null ? 30 : 90;
      expect(one.oldestDueSeconds).toBeGreaterThanOrEqual(oldest);
      expect(one.oldestDueSeconds).toBeLessThan(oldest + 25);
    }
  });

  test("a job held for longer than the system's own limit is stuck, one just taken is not", async () => {
    await add(JOBS);
    expect(queueOf(await now()).stuck).toBe(adapter.tells.running === "unsupported" ? null : 1);
  });

  test("errors of one cause are one group", async () => {
    await add(JOBS);
    const inStates = example.errorsIn ?? ["retryDue", "retryLater", "failed"];
    const groups = queueOf(await now()).errors.map((one) => [one.group, one.count]);
    const all = counted(...inStates);
    expect(groups).toEqual(adapter.tells.errorGroups === "unsupported" ? [] : [["tmdb: # for job #", all]]);
  });

  test("what finished between two polls is the rate", async () => {
    await add(JOBS);
    const first = await now();
    expect(queueOf(first).throughputPerMinute).toBeNull();
    if (adapter.tells.throughput !== "exact") return;
    const second = await now({ ...first, atMs: Date.now() - 30_000 });
    expect(queueOf(second).throughputPerMinute).toBeCloseTo(2 * ((expected.done ?? 0) + (expected.failed ?? 0)), 0);
  });

  test("owners are told with their own heartbeat and what they hold", async () => {
    if (example.owner === undefined) {
      expect([(await now()).runners, adapter.tells.owners]).toEqual([null, "unsupported"]);
      return;
    }
    await world.run(example.owner({ name: "busy", silentSeconds: 5, holding: true }));
    await world.run(example.owner({ name: "gone", silentSeconds: 900, holding: false }));
    const runners = (await now()).runners ?? [];
    const told = runners
      .map((one) => ({ ...one, silence: Math.round((Date.now() - (one.lastContactMs ?? 0)) / 10_000) * 10 }))
      .sort((a, b) => a.silence - b.silence);
    expect(told.map((one) => [one.silence < 20, one.holding.length])).toEqual([
      [true, 1],
      [false, 0],
    ]);
    expect(told[1]?.silence).toBe(900);
    expect(told.every((one) => (one.deadAfterSeconds ?? 0) > 0 && one.name.length > 0)).toBe(true);
    expect(new Set(told.map((one) => one.name)).size).toBe(2);
  });

  test("more rows than the budget allows are still an answer, and it says estimated", async () => {
    const count = world.many;
    await add([
      { state: "queued", count, dueSeconds: 30, startedSeconds: 0, error: null },
      { state: "running", count: 2, dueSeconds: 40, startedSeconds: 20, error: null },
    ]);
    // As autovacuum does within a minute of so many.
    await world.run("ANALYZE");
    const reading = await readingOf(adapter, tooSlowFor(world.ask, OUT_OF_BUDGET), { nowMs: Date.now() });
    const one = queueOf(reading);
    expect(one.countsAre).toBe("estimated");
    expect(one.counts.queued).toBeGreaterThan(Math.max(Math.min(count, 100_000) * 0.9, count * 0.75));
    expect(one.counts.queued).toBeLessThan(count * 1.3);
  });

  test("a question out of budget rests for ten minutes and is then asked again", async () => {
    await add(JOBS);
    const asked: string[] = [];
    const resting = new Map<string, number>();
    const slow = tooSlowFor(world.ask, OUT_OF_BUDGET);
    const noting: RunQuery = (question) => {
      asked.push(question.name);
      return slow(question);
    };
    const at = async (nowMs: number) => {
      asked.length = 0;
      const ask = withCooldown(noting, resting, nowMs);
      await readingOf(adapter, ask, { nowMs });
      return asked.filter((name) => OUT_OF_BUDGET.includes(name)).length;
    };
    const startMs = Date.now();
    const first = await at(startMs);
    expect(first).toBeGreaterThan(0);
    expect([await at(startMs + COOLDOWN_MS - 1), await at(startMs + COOLDOWN_MS)]).toEqual([0, first]);
  });

  test("rights on the columns it names are enough, and nothing of a payload is in a reading", async () => {
    await add(JOBS);
    const reading = await now();
    expect(reading.queues).not.toEqual([]);
    expect(JSON.stringify(reading)).not.toContain("s3cret");
  });

  test("a role that may write leaves every row as it was", async () => {
    await add(JOBS);
    await world.run(`GRANT ALL ON ${world.qualified(jobsTable)} TO ${world.role}`);
    const before = await world.rowsOf(example.rowsIn ?? jobsTable);
    await now(await now());
    expect(await world.rowsOf(example.rowsIn ?? jobsTable)).toEqual(before);
  });

  test("a column that goes while it is watched is named, and back it is well again", async () => {
    const { table, column } = example.requiredColumn;
    const rename = (from: string, to: string) =>
      world.run(`ALTER TABLE ${world.qualified(table)} RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`);
    expect(await refused()).toBe("ok");
    await rename(column, "gone");
    expect(await refused()).toBe(
      `incompatible: Table ${identifier(table)} has no column ${identifier(column)}: not a schema this adapter knows.`,
    );
    await rename("gone", column);
    expect(await refused()).toBe("ok");
  });

  test.each(adapter.needs.map((needed) => needed.table))("without table %s it is incompatible", async (table) => {
    await world.run(`ALTER TABLE ${world.qualified(table)} RENAME TO something_else`);
    expect(await refused()).toBe(`incompatible: There is no table ${identifier(table)} in this database`);
  });

  test.each(adapter.needs.map((needed) => needed.table))("a right missing on %s is named as a GRANT", async (table) => {
    await world.run(`REVOKE ALL ON ${world.qualified(table)} FROM ${world.role}`);
    const grant = `GRANT SELECT ON ${world.qualified(table)} TO ${world.role};`;
    expect(await refused()).toBe(
      `unauthorized: ${world.role} may not read everything this source needs. Run: ${grant}`,
    );
  });
}
