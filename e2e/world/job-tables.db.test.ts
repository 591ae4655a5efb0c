import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { snapshotFile } from "@/lib/base/postgres/in-memory.testing";
import { createJobTables, type JobTables } from "./job-tables.ts";
import { startPglite } from "./pglite.ts";

let database: Awaited<ReturnType<typeof startPglite>>;
let tables: JobTables;
let reader: pg.Client;
beforeAll(async () => {
  database = await startPglite(await snapshotFile());
  tables = await createJobTables(database.url);
  reader = new pg.Client({ connectionString: database.url });
  await reader.connect();
});
afterAll(async () => {
  await reader.end();
  await tables.close();
  await database.stop();
});

async function jobs(): Promise<string> {
  const { rows } = await reader.query<{ summary: string }>(`
    SELECT coalesce(string_agg(n || ' ' || status || CASE WHEN due THEN ' due' ELSE '' END, ', ' ORDER BY status, due), '') AS summary
    FROM (SELECT status, status IN ('pending', 'retry') AND run_after <= now() AS due, count(*) AS n
          FROM queue_jobs GROUP BY 1, 2) AS counted`);
  return rows[0]?.summary ?? "";
}

async function runner(name: string): Promise<unknown> {
  const { rows } = await reader.query(
    `SELECT round(extract(epoch FROM now() - "lastContact")) >= 300 AS silent,
            (SELECT count(*)::int FROM "runnerJob" WHERE "runnerId" = "runner"."id" AND "state" = 2) AS holding
     FROM "runner" WHERE "name" = $1`,
    [name],
  );
  return rows[0];
}

test("pending jobs run before retries, failed jobs back off, and a drain leaves no job due", async () => {
  await tables.addPending(10);
  await tables.makeRetriesDue(5);
  expect(await jobs()).toBe("10 pending due, 5 retry due");
  await tables.work(10, 3);
  expect(await jobs()).toBe("7 processed, 3 retry, 5 retry due");
  await tables.drain();
  expect(await jobs()).toBe("12 processed, 3 retry");
});

test("a runner with a job becomes silent, and its next contact updates lastContact", async () => {
  await tables.runnerContact("one");
  await tables.runnerSilent("two", 300);
  expect([await runner("one"), await runner("two")]).toEqual([
    { silent: false, holding: 1 },
    { silent: true, holding: 1 },
  ]);
  await tables.runnerContact("two");
  await tables.runnerDone("one");
  expect([await runner("one"), await runner("two")]).toEqual([
    { silent: false, holding: 0 },
    { silent: false, holding: 1 },
  ]);
});
