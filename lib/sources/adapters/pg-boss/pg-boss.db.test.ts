import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { conforms, conformsWithOlder } from "@/lib/sources/adapters/conformance.testing";
import { embeddedDatabase, readingOf } from "@/lib/sources/adapters/databases.testing";
import { example, older } from "@/lib/sources/adapters/pg-boss/example.testing";
import { pgBoss } from "@/lib/sources/adapters/pg-boss/pg-boss";
import type { RunQuery } from "@/lib/sources/jobs/adapter";

conforms(example, embeddedDatabase);
conformsWithOlder(older, embeddedDatabase);

/** A table of 1.6 GB. A sample reads 1 % of it, here one retry and two done jobs. */
const large =
  (runQuery: RunQuery): RunQuery =>
  async (query) => {
    const rows = await runQuery(query);
    if (query.name === "probe") return rows.map((row) => ({ ...Object(row), pages: 200_000 }));
    const sampledRow = { queue: "mail", due: true, later: false, oldest_ms: Date.now() - 90_000 };
    return query.name === "sample"
      ? [
          { ...sampledRow, state: "retry", count: 1 },
          { ...sampledRow, state: "done", count: 2 },
        ]
      : rows;
  };

describe("a table too large to count", () => {
  const counted = async (monitoredSecondsAgo: number) => {
    const database = await embeddedDatabase(pgBoss);
    try {
      await database.reset(await readFile(example.schemaSql, "utf8"));
      const job = { state: "queued", count: 3, dueSeconds: 30, startedSeconds: 0, error: null } as const;
      await database.run(example.add(job) ?? "");
      await database.run(`
        UPDATE pgboss.queue SET monitor_on = now() - interval '${monitoredSecondsAgo} seconds', ready_count = 5000,
          deferred_count = 70, active_count = 8, failed_count = 9`);
      const reading = await readingOf(pgBoss, large(database.runQuery), { nowMs: Date.now() });
      return reading.queues.map(({ counts, retry, countsAre }) => ({ ...counts, ...retry, countsAre }));
    } finally {
      await database.close();
    }
  };

  test("is counted by pg-boss's own counters while they are fresh, retries by the sample", async () => {
    expect(await counted(60)).toEqual([
      {
        queued: 4900,
        scheduled: 70,
        running: 8,
        retry: 100,
        failed: 9,
        done: 200,
        due: 100,
        later: 0,
        countsAre: "estimated",
      },
    ]);
  });

  test("is counted by rows once the counters are no longer updated", async () => {
    expect(await counted(600)).toEqual([
      { queued: 3, scheduled: 0, running: 0, retry: 0, failed: 0, done: 0, due: 0, later: 0, countsAre: "exact" },
    ]);
  });
});
