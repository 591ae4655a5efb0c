import { expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";
import { example } from "@/lib/sources/adapters/hangfire/example.testing";

const { run, read, queue } = exampleDatabase(example, embeddedDatabase);

test("a retry is in two sets and counts as one job", async () => {
  await run(`
    INSERT INTO hangfire.set (key, score, value) VALUES
      ('schedule', extract(epoch FROM now()) + 60, '1'), ('retries', 0, '1'),
      ('schedule', extract(epoch FROM now()) + 60, '2'), ('recurring-jobs', 0, '3')`);
  const jobs = await queue();
  expect([jobs.counts.queued, jobs.counts.retry, jobs.retry]).toEqual([1, 1, { due: 0, later: 1 }]);
});

test("a job has its queue while it is queued or running, and none once it has finished", async () => {
  await run(`
    INSERT INTO hangfire.job (statename, invocationdata, arguments, createdat) VALUES ('Succeeded', '{}', '[]', now());
    INSERT INTO hangfire.jobqueue (jobid, queue, fetchedat) VALUES (7, 'films', NULL), (8, 'films', now())`);
  const films = await queue("films");
  expect([films.counts.queued, films.counts.running, films.oldestDueSeconds]).toEqual([1, 1, null]);
  expect((await queue("default")).counts.done).toBe(1);
});

test("the rate is Hangfire's own counter, aggregated or not", async () => {
  await run(`
    INSERT INTO hangfire.job (statename, invocationdata, arguments, createdat) VALUES ('Succeeded', '{}', '[]', now());
    INSERT INTO hangfire.counter (key, value) VALUES ('stats:succeeded', 1), ('stats:succeeded', 1), ('stats:deleted', 9);
    INSERT INTO hangfire.aggregatedcounter (key, value) VALUES ('stats:succeeded', 100)`);
  const first = await read();
  expect(first.finishedTotal).toBe(102);
  await run(`
    DELETE FROM hangfire.counter;
    UPDATE hangfire.aggregatedcounter SET value = 132`);
  const second = await read({ ...first, atMs: first.atMs - 60_000 });
  expect(Math.round(second.queues[0]?.throughputPerMinute ?? 0)).toBe(30);
});
