import { expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";
import { example } from "@/lib/sources/adapters/laravel/example.testing";
import { laravel } from "@/lib/sources/adapters/laravel/laravel";

const { run, read, queue } = exampleDatabase(example, embeddedDatabase);

const add = (facts: { reserved?: number; attempts?: number; available?: number }) =>
  run(`
    INSERT INTO jobs (queue, payload, attempts, reserved_at, available_at, created_at)
    SELECT 'default', '{}', ${facts.attempts ?? 0}, ${facts.reserved === undefined ? "NULL" : `s - ${facts.reserved}`},
           s - ${facts.available ?? 0}, s FROM (SELECT extract(epoch FROM now())::int AS s) now`);

test.each([
  ["the default", 90, 1],
  ["set to ten minutes", 600, 0],
])("a job reserved for 100 s is stuck or not by the connection's retry_after: %s", async (_, seconds, stuck) => {
  await add({ reserved: 100, attempts: 1 });
  const reading = await read(undefined, laravel(seconds));
  expect(reading.queues.map((mails) => [mails.counts.running, mails.stuck])).toEqual([[1, stuck]]);
});

test("a delayed job is not due, a released one is a retry", async () => {
  await add({ available: -3_600 });
  await add({ available: -30, attempts: 2 });
  const jobs = await queue();
  expect([jobs.counts.queued, jobs.counts.scheduled, jobs.retry, jobs.oldestDueSeconds]).toEqual([
    0,
    1,
    { due: 0, later: 1 },
    null,
  ]);
});

test("failed_jobs of an application created before Laravel 12 is read as well, and its time is UTC", async () => {
  await run(`
    DROP INDEX failed_jobs_connection_queue_failed_at_index;
    ALTER TABLE failed_jobs ALTER queue TYPE text, ALTER connection TYPE text;
    INSERT INTO failed_jobs (uuid, connection, queue, payload, exception, failed_at)
    VALUES ('u', 'database', 'mails', '{}', E'RuntimeException: no route to 10.0.0.7 in /app/Mail.php:12\\n#0 trace', now() AT TIME ZONE 'UTC')`);
  const mails = await queue("mails");
  expect(mails.errors.map(({ group, count }) => [group, count])).toEqual([
    ["RuntimeException: no route to # in /app/Mail.php:#", 1],
  ]);
  expect(Math.abs(Date.now() - (mails.errors[0]?.lastSeenMs ?? 0))).toBeLessThan(60_000);
});
