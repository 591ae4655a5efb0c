import { expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { example } from "@/lib/sources/adapters/django-q2/example.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";

const { run, queue } = exampleDatabase(example, embeddedDatabase);

test("a task with a lock in the future is running; once the lock has ended it is queued, and due since then", async () => {
  await run(`
    INSERT INTO django_q_ormq (key, payload, lock)
    VALUES ('default', 'x', now() + interval '60 s'), ('default', 'x', now() - interval '20 s'), ('default', 'x', NULL)`);
  const tasks = await queue();
  expect([tasks.counts.running, tasks.counts.queued, tasks.stuck]).toEqual([1, 2, null]);
  expect(Math.round((tasks.oldestDueSeconds ?? 0) / 10)).toBe(2);
});

test("a task put to a cluster by name is counted under that name, unfinished and finished", async () => {
  await run(`
    INSERT INTO django_q_ormq (key, payload, lock) VALUES ('films', 'x', now());
    INSERT INTO django_q_task (id, name, func, cluster, started, stopped, success, attempt_count)
    VALUES ('a', 'n', 'f', 'films', now(), now(), false, 3)`);
  expect((await queue("films")).counts).toEqual({
    queued: 1,
    running: 0,
    retry: null,
    failed: 1,
    done: 0,
    scheduled: 0,
  });
});
