import { describe, expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";
import { example, older } from "@/lib/sources/adapters/hangfire/example.testing";

const { run, read, queue } = exampleDatabase(example, embeddedDatabase);

test("a retry is in two sets and counts as one job", async () => {
  await run(`
    INSERT INTO hangfire.set (key, score, value) VALUES
      ('schedule', extract(epoch FROM now()) + 60, '1'), ('retries', 0, '1'),
      ('schedule', extract(epoch FROM now()) + 60, '2'), ('recurring-jobs', 0, '3')`);
  const jobs = await queue();
  expect([jobs.counts.scheduled, jobs.counts.retry, jobs.retry]).toEqual([1, 1, { due: 0, later: 1 }]);
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

describe("a schema before version 20", () => {
  const before20 = older.find(({ name }) => name === "schema 19")?.example ?? example;
  const old = exampleDatabase(before20, embeddedDatabase);

  test("is read although a state's data is no JSON", async () => {
    await old.run(`
      INSERT INTO hangfire.job (id, stateid, statename, invocationdata, arguments, createdat)
      VALUES (1, 1, 'Failed', '', '', now()), (2, 2, 'Failed', '', '', now());
      INSERT INTO hangfire.state (id, jobid, name, createdat, data)
      VALUES (1, 1, 'Failed', now(), ''), (2, 2, 'Failed', now(), '{"ExceptionMessage":"tmdb: 429"}')`);
    const jobs = await old.queue();
    expect([jobs.counts.failed, jobs.errors.map(({ group }) => group)]).toEqual([2, ["tmdb: #"]]);
  });
});
