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
import {
  type ExampleJobs,
  type ExampleOwner,
  type ExampleState,
  JOBS,
  reads,
} from "@/lib/sources/adapters/readings.testing";
import type { Adapter, Capabilities, RunQuery } from "@/lib/sources/jobs/adapter";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { COOLDOWN_MS, withCooldown } from "@/lib/sources/jobs/query-budget";

/** One system with its real tables, and statements that insert its rows. */
export interface Example {
  readonly adapter: Adapter;
  readonly schemaSql: URL;
  /** The queue of the jobs that `add` inserts. */
  readonly queue: string;
  /** SQL that inserts rows with `s3cret` in their payload; null if the system has no such state. */
  add(jobs: ExampleJobs): string | null;
  /** SQL that inserts a worker called `name`, with one running job or none; absent if the adapter reads no workers. */
  owner?(owner: ExampleOwner): string;
  /** The states whose jobs store the text of their error; absent: all that failed once. */
  readonly errorsIn?: readonly ExampleState[];
  /** The table behind a view, to check that none of its rows changes. */
  readonly rowsIn?: string;
  /** What its schema is recognised as; absent: not asserted. */
  readonly generation?: string;
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

  const add = async (jobs: readonly ExampleJobs[]) => {
    for (const batch of jobs) {
      const sql = example.add(batch);
      if (sql !== null) await database.run(sql);
    }
  };
  const read = (previous?: SourceReading) =>
    readingOf(adapter, database.runQuery, { nowMs: Date.now(), ...(previous === undefined ? {} : { previous }) });
  const failure = async () => {
    const result = await adapter.read(database.runQuery, { source: "s", nowMs: Date.now(), previous: null });
    return result.ok ? "none" : `${result.failure.code}: ${renderReason(result.failure.reason)}`;
  };

  const { owner } = example;
  reads({
    ...example,
    capabilities,
    has: (state) => example.add({ state, count: 1, dueSeconds: 0, startedSeconds: 0, error: null }) !== null,
    add: (batch) => add([batch]),
    ...(owner === undefined ? {} : { addOwner: (facts) => database.run(owner(facts)) }),
    read,
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
    const found = reading.queues.find((candidate) => candidate.queue === queue);
    expect(found?.countsAre).toBe("estimated");
    expect(found?.counts.queued).toBeGreaterThan(Math.max(Math.min(count, 100_000) * 0.9, count * 0.75));
    expect(found?.counts.queued).toBeLessThan(count * 1.3);
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
