import "server-only";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ReasonCode } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import {
  type OpenDatabase,
  readingOf,
  type TestDatabase,
  withTimeouts,
} from "@/lib/sources/adapters/databases.testing";
import type { Adapter, Capabilities, RunQuery } from "@/lib/sources/jobs/adapter";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import { COOLDOWN_MS, withCooldown } from "@/lib/sources/jobs/query-budget";

/** The states in which a job of an example can be. */
export type ExampleState = "queued" | "queuedLater" | "running" | "retryDue" | "retryLater" | "failed" | "done";

export interface ExampleJobs {
  readonly state: ExampleState;
  readonly count: number;
  /** How long ago the job became due; negative for later ones. */
  readonly dueSeconds: number;
  /** How long ago it was started, for running ones. */
  readonly startedSeconds: number;
  /** Text of its last error, to which each job adds a different number; null: none. */
  readonly error: string | null;
}

/** One system with its real tables, and statements that insert its rows. */
export interface Example {
  readonly adapter: Adapter;
  readonly schemaSql: URL;
  /** The queue of the jobs that `add` inserts. */
  readonly queue: string;
  /** SQL that inserts rows with `s3cret` in their payload; null if the system has no such state. */
  add(jobs: ExampleJobs): string | null;
  /** SQL that inserts a worker called `name`, with one running job or none; absent if the adapter reads no workers. */
  owner?(facts: { readonly name: string; readonly silentSeconds: number; readonly holding: boolean }): string;
  /** The states whose jobs store the text of their error; absent: all that failed once. */
  readonly errorsIn?: readonly ExampleState[];
  /** The table behind a view, to check that none of its rows changes. */
  readonly rowsIn?: string;
  /** What the schema of an older version lacks, as codes of reasons; absent: nothing. */
  readonly lacks?: readonly ReasonCode[];
  /** The capabilities that it lacks. */
  readonly unsupported?: readonly (keyof Capabilities)[];
  /** A column without which the adapter cannot read. */
  readonly requiredColumn: { readonly table: string; readonly column: string };
  /** `locks`: no row says that a job is running, so the suite cannot insert running jobs and expects to see none. */
  readonly runningIs?: "rows" | "locks";
  /** false: no row says which worker runs a job. */
  readonly holdsJobs?: false;
  /** `activity`: the last contact of a worker is no heartbeat, so there is no silence after which it is presumed dead. */
  readonly contactIs?: "heartbeat" | "activity";
}

/** A schema of an older version of the same system. */
export interface OlderSchema {
  readonly name: string;
  readonly example: Example;
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

/** The same for the schemas of older versions. */
export function conformsWithOlder(schemas: readonly OlderSchema[], open: OpenDatabase): void {
  describe.each(schemas.map(({ name, example }) => [name, example] as const))("%s", (_, example) =>
    conforms(example, open),
  );
}

/** What every adapter must do with the tables of its own system. */
export function conforms(example: Example, open: OpenDatabase): void {
  const { adapter, queue } = example;
  const capabilities: Capabilities = {
    ...adapter.capabilities,
    ...Object.fromEntries((example.unsupported ?? []).map((name) => [name, "unsupported"])),
  };
  const tables = adapter.requiredTables.map(({ table }) => table);
  const jobsTable = tables[0] ?? "";
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open(adapter);
  });
  afterAll(() => database.close());
  beforeEach(async () => database.reset(await readFile(example.schemaSql, "utf8")));

  const has = (state: ExampleState) => example.add({ state, count: 1, dueSeconds: 0, startedSeconds: 0, error: null });
  const add = async (jobs: readonly ExampleJobs[]) => {
    for (const batch of jobs) {
      const sql = example.add(batch);
      if (sql !== null) await database.run(sql);
    }
  };
  const counted = (...states: ExampleState[]): number | null =>
    states.some((state) => has(state) !== null)
      ? JOBS.filter(({ state }) => states.includes(state) && has(state) !== null).reduce((n, { count }) => n + count, 0)
      : null;
  const read = (previous?: SourceReading) =>
    readingOf(adapter, database.runQuery, { nowMs: Date.now(), ...(previous === undefined ? {} : { previous }) });
  const queueOf = (reading: SourceReading): JobQueue => {
    const found = reading.queues.find((candidate) => candidate.queue === queue);
    if (found === undefined) throw new Error(`no queue ${queue}`);
    return found;
  };
  const failure = async () => {
    const result = await adapter.read(database.runQuery, { source: "s", nowMs: Date.now(), previous: null });
    return result.ok ? "none" : `${result.failure.code}: ${renderReason(result.failure.reason)}`;
  };
  const byLocks = example.runningIs === "locks";
  const expected = {
    queued: counted("queued"),
    scheduled: counted("queuedLater"),
    running: byLocks ? 0 : counted("running"),
    retry: counted("retryDue", "retryLater"),
    failed: counted("failed"),
    done: counted("done"),
  };

  test("empty tables give a reading with no jobs", async () => {
    const reading = await read();
    const counts = reading.queues.flatMap((read) => Object.values(read.counts));
    expect(counts.filter((count) => (count ?? 0) !== 0)).toEqual([]);
    expect(reading.runners).toEqual(capabilities.owners === "unsupported" ? null : []);
    expect([reading.generation === "", reading.clockAheadMs]).toEqual([false, 0]);
  });

  test("says what its schema lacks", async () => {
    expect(((await read()).lacks ?? []).map(({ code }) => code)).toEqual(example.lacks ?? []);
  });

  test("counts each state exactly, due and later retries separately", async () => {
    await add(JOBS);
    const { counts, countsAre, retry, oldestDueSeconds } = queueOf(await read());
    // Of a system without schedules there is nothing to count.
    const scheduled = expected.scheduled ?? (counts.scheduled === 0 ? 0 : null);
    expect([counts, countsAre]).toEqual([{ ...expected, scheduled }, capabilities.counts]);
    expect(retry).toEqual({ due: counted("retryDue"), later: counted("retryLater") });
    if (capabilities.oldestDue === "unsupported") expect(oldestDueSeconds).toBeNull();
    else {
      const oldest = has("retryDue") === null ? 30 : 90;
      expect(oldestDueSeconds).toBeGreaterThanOrEqual(oldest);
      expect(oldestDueSeconds).toBeLessThan(oldest + 25);
    }
  });

  test("a job that has run for longer than the system's own limit is stuck; a job just started is not", async () => {
    await add(JOBS);
    const stuck = byLocks ? 0 : 1;
    expect(queueOf(await read()).stuck).toBe(capabilities.running === "unsupported" ? null : stuck);
  });

  test("errors of one cause form one group", async () => {
    await add(JOBS);
    const inStates = example.errorsIn ?? ["retryDue", "retryLater", "failed"];
    const groups = queueOf(await read()).errors.map(({ group, count }) => [group, count]);
    const all = counted(...inStates);
    expect(groups).toEqual(capabilities.errorGroups === "unsupported" ? [] : [["tmdb: # for job #", all]]);
  });

  test("the rate is what finished between two polls", async () => {
    const finished: readonly ExampleState[] = ["failed", "done"];
    await add(JOBS.filter(({ state }) => !finished.includes(state)));
    const first = await read();
    expect(queueOf(first).throughputPerMinute).toBeNull();
    await add(JOBS.filter(({ state }) => finished.includes(state)));
    if (capabilities.throughput !== "exact") return;
    const second = await read({ ...first, atMs: Date.now() - 30_000 });
    expect(queueOf(second).throughputPerMinute).toBeCloseTo(2 * ((expected.done ?? 0) + (expected.failed ?? 0)), 0);
  });

  test("reports workers with their last heartbeat and their running jobs", async () => {
    if (example.owner === undefined) {
      expect([(await read()).runners, capabilities.owners]).toEqual([null, "unsupported"]);
      return;
    }
    await database.run(example.owner({ name: "busy", silentSeconds: 5, holding: true }));
    await database.run(example.owner({ name: "silent", silentSeconds: 900, holding: false }));
    const runners = ((await read()).runners ?? [])
      .map((runner) => ({ ...runner, silence: Math.round((Date.now() - (runner.lastContactMs ?? 0)) / 10_000) * 10 }))
      .sort((a, b) => a.silence - b.silence);
    expect(runners.map(({ silence, holding }) => [silence < 20, holding.length])).toEqual([
      [true, example.holdsJobs === false ? 0 : 1],
      [false, 0],
    ]);
    expect(runners[1]?.silence).toBe(900);
    const hasLimit = example.contactIs !== "activity";
    expect(runners.map(({ deadAfterSeconds = 0 }) => deadAfterSeconds > 0)).toEqual([hasLimit, hasLimit]);
    expect(runners.every(({ name }) => name.length > 0)).toBe(true);
    expect(new Set(runners.map(({ name }) => name)).size).toBe(2);
  });

  test("more rows than the budget allows are estimated, and the reading says so", async () => {
    const count = database.manyRows;
    await add([
      { state: "queued", count, dueSeconds: 30, startedSeconds: 0, error: null },
      { state: "running", count: 2, dueSeconds: 40, startedSeconds: 20, error: null },
    ]);
    // Autovacuum does the same within a minute of so many inserts.
    await database.run("ANALYZE");
    const reading = await readingOf(adapter, withTimeouts(database.runQuery, OUT_OF_BUDGET), { nowMs: Date.now() });
    const { counts, countsAre } = queueOf(reading);
    expect(countsAre).toBe("estimated");
    expect(counts.queued).toBeGreaterThan(Math.max(Math.min(count, 100_000) * 0.9, count * 0.75));
    expect(counts.queued).toBeLessThan(count * 1.3);
  });

  test("a query out of budget is not repeated for ten minutes", async () => {
    await add(JOBS);
    const names: string[] = [];
    const cooldowns = new Map<string, number>();
    const slow = withTimeouts(database.runQuery, OUT_OF_BUDGET);
    const recording: RunQuery = (query) => {
      names.push(query.name);
      return slow(query);
    };
    let previous: SourceReading | undefined;
    const attemptsAt = async (nowMs: number) => {
      names.length = 0;
      const context = { nowMs, ...(previous === undefined ? {} : { previous }) };
      previous = await readingOf(adapter, withCooldown(recording, cooldowns, nowMs), context);
      return names.filter((name) => OUT_OF_BUDGET.includes(name)).length;
    };
    const startMs = Date.now();
    const first = await attemptsAt(startMs);
    expect(first).toBeGreaterThan(0);
    const later = [await attemptsAt(startMs + COOLDOWN_MS - 1), await attemptsAt(startMs + COOLDOWN_MS)];
    expect(later).toEqual([0, first]);
  });

  test("rights on the columns it names are enough, and a reading contains nothing of a payload", async () => {
    await add(JOBS);
    const reading = await read();
    expect(reading.queues).not.toEqual([]);
    expect(JSON.stringify(reading)).not.toContain("s3cret");
  });

  test("changes no row, even with a role that may write", async () => {
    await add(JOBS);
    await database.run(`GRANT ALL ON ${database.qualified(jobsTable)} TO ${database.role}`);
    const before = await database.rowVersions(example.rowsIn ?? jobsTable);
    await read(await read());
    expect(await database.rowVersions(example.rowsIn ?? jobsTable)).toEqual(before);
  });

  test("a column that disappears between polls is named, and reading resumes once it is back", async () => {
    const { table, column } = example.requiredColumn;
    const rename = (from: string, to: string) =>
      database.run(`ALTER TABLE ${database.qualified(table)} RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`);
    expect(await failure()).toBe("none");
    await rename(column, "renamed");
    expect(await failure()).toBe(
      `incompatible: Table ${identifier(table)} has no column ${identifier(column)}: not a schema this adapter knows. It reads ${adapter.versions}.`,
    );
    await rename("renamed", column);
    expect(await failure()).toBe("none");
  });

  test.each(tables)("is incompatible without table %s", async (table) => {
    await database.run(`ALTER TABLE ${database.qualified(table)} RENAME TO something_else`);
    expect(await failure()).toBe(`incompatible: There is no table ${identifier(table)} in this database`);
  });

  test.each(tables)("a missing right on %s is reported with the GRANT", async (table) => {
    await database.run(`REVOKE ALL ON ${database.qualified(table)} FROM ${database.role}`);
    const grant = `GRANT SELECT ON ${database.qualified(table)} TO ${database.role};`;
    expect(await failure()).toBe(
      `unauthorized: ${database.role} may not read everything this source needs. Run: ${grant}`,
    );
  });
}
