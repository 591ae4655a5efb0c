import { randomBytes } from "node:crypto";
import { PgBoss } from "pg-boss";
import { expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { conforms, conformsWithOlder } from "@/lib/sources/adapters/conformance.testing";
import { connect, databaseUrl, readingOf, serverDatabase } from "@/lib/sources/adapters/databases.testing";
import { example, older } from "@/lib/sources/adapters/pg-boss/example.testing";
import { pgBoss } from "@/lib/sources/adapters/pg-boss/pg-boss";
import { readOnlyQueries } from "@/lib/sources/reading/read-only-queries";

conforms(example, serverDatabase);
conformsWithOlder(older, serverDatabase);

test("the pg-boss this project runs on is told as it says itself", async () => {
  const database = `lastbeat_real_boss_${randomBytes(4).toString("hex")}`;
  const admin = await connect(databaseUrl(null));
  await admin.query(`CREATE DATABASE ${database}`);
  const boss = new PgBoss({ connectionString: databaseUrl({ database }), supervise: false, schedule: false });
  boss.on("error", () => {});
  const client = await connect(databaseUrl({ database }));
  try {
    await boss.start();
    await boss.createQueue("mail", { retryLimit: 2, retryDelay: 3_600 });
    await boss.createQueue("own", { partition: true });
    for (let n = 0; n < 4; n++) await boss.send("mail", { secret: "s3cret" });
    await boss.send("mail", { secret: "s3cret" }, { startAfter: 3_600 });
    await boss.send("own", { secret: "s3cret" });
    const [good, bad] = await boss.fetch("mail", { batchSize: 3 });
    await boss.complete("mail", good?.id ?? "", { result: "s3cret" });
    await boss.fail("mail", bad?.id ?? "", new Error("tmdb: 429 for job 7"));

    const ask = readOnlyQueries(client, {
      timeoutMs: 5 * SECOND,
      deadlineMs: Date.now() + MINUTE,
      schema: pgBoss.schema,
    });
    const reading = await readingOf(pgBoss, ask, { nowMs: Date.now() });
    const of = (queue: string) => reading.queues.find((one) => one.queue === queue);
    expect(of("mail")?.counts).toEqual({ queued: 1, scheduled: 1, running: 1, retry: 1, failed: 0, done: 1 });
    expect([of("mail")?.retry, of("mail")?.stuck]).toEqual([{ due: 0, later: 1 }, 0]);
    expect(of("mail")?.errors.map((one) => [one.group, one.count])).toEqual([["tmdb: # for job #", 1]]);
    expect(of("own")?.counts.queued).toBe(1);
    expect(JSON.stringify(reading)).not.toContain("s3cret");
  } finally {
    await client.end();
    await boss.stop({ graceful: false });
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await admin.end();
  }
});
