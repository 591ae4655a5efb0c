import { expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { example } from "@/lib/sources/adapters/django-q2/example.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";

const { run, read, queue } = exampleDatabase(example, embeddedDatabase);

test("a task under a lease may run, or have failed and wait: it is in no state until the lease has ended, then it is due", async () => {
  await run(`
    INSERT INTO django_q_ormq (key, payload, lock)
    VALUES ('default', 'x', now() + interval '60 s'), ('default', 'x', now() - interval '20 s'), ('default', 'x', NULL)`);
  const tasks = await queue();
  expect([tasks.counts.running, tasks.counts.queued, tasks.counts.scheduled, tasks.stuck]).toEqual([null, 2, 0, null]);
  expect(Math.round((tasks.oldestDueSeconds ?? 0) / 10)).toBe(2);
});

test("a task put to a cluster by name is counted under that name, unfinished and finished", async () => {
  await run(`
    INSERT INTO django_q_ormq (key, payload, lock) VALUES ('films', 'x', now());
    INSERT INTO django_q_task (id, name, func, cluster, started, stopped, success, attempt_count)
    VALUES ('a', 'n', 'f', 'films', now(), now(), false, 3)`);
  expect((await queue("films")).counts).toEqual({
    queued: 1,
    running: null,
    retry: null,
    failed: 1,
    done: 0,
    scheduled: 0,
  });
});

test("the sentence about tasks under a lease is part of each reading", async () => {
  expect((await read()).omits?.code).toBe("omitsDjangoQ2");
});

test("before migration 17 a lock does not say whether a task waits: all are queued, and none is known to be due", async () => {
  await run(`ALTER TABLE django_q_task DROP COLUMN cluster;
    INSERT INTO django_q_ormq (key, payload, lock)
    VALUES ('default', 'x', now() - interval '1 s'), ('default', 'x', now() - interval '90 s');
    INSERT INTO django_q_task (id, name, func, started, stopped, success, attempt_count)
    VALUES ('a', 'n', 'f', now(), now(), true, 1)`);
  const { counts, oldestDueSeconds } = await queue();
  expect([counts.queued, counts.running, counts.scheduled, counts.done, oldestDueSeconds]).toEqual([
    2,
    null,
    0,
    1,
    null,
  ]);
  expect((await read()).lacks?.map(({ code }) => code)).toEqual(["lacksLeases"]);
});
