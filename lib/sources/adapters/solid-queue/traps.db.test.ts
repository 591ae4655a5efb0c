import { expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";
import { example } from "@/lib/sources/adapters/solid-queue/example.testing";

const { run, queue } = exampleDatabase(example, embeddedDatabase);
const UTC = "(now() AT TIME ZONE 'UTC')";

const job = (then: string) =>
  run(`WITH added AS (INSERT INTO solid_queue_jobs (queue_name, class_name, created_at, updated_at)
                      VALUES ('default', 'MailJob', ${UTC}, ${UTC}) RETURNING id) ${then}`);
const ready = () =>
  job(`INSERT INTO solid_queue_ready_executions (job_id, queue_name, created_at)
       SELECT id, 'default', ${UTC} - interval '600 s' FROM added`);

test("jobs of a paused queue wait on purpose: counted, never due, and due again once the queue is resumed", async () => {
  await ready();
  await run(`INSERT INTO solid_queue_pauses (queue_name, created_at) VALUES ('default', ${UTC})`);
  const paused = await queue();
  expect([paused.counts.queued, paused.oldestDueSeconds]).toEqual([1, null]);
  await run("DELETE FROM solid_queue_pauses");
  expect(Math.round(((await queue()).oldestDueSeconds ?? 0) / 60)).toBe(10);
});

test("a job blocked by a concurrency limit is queued and not due; a scheduled job that was not dispatched is due", async () => {
  await job(`INSERT INTO solid_queue_blocked_executions (job_id, queue_name, concurrency_key, expires_at, created_at)
             SELECT id, 'default', 'k', ${UTC}, ${UTC} - interval '1 hour' FROM added`);
  const blocked = await queue();
  expect([blocked.counts.queued, blocked.oldestDueSeconds]).toEqual([1, null]);
  await job(`INSERT INTO solid_queue_scheduled_executions (job_id, queue_name, scheduled_at, created_at)
             SELECT id, 'default', ${UTC} - interval '120 s', ${UTC} FROM added`);
  expect(Math.round(((await queue()).oldestDueSeconds ?? 0) / 60)).toBe(2);
});

test.each([
  ["sends heartbeats", "now() AT TIME ZONE 'UTC'", 0],
  ["has sent no heartbeat for six minutes", "now() AT TIME ZONE 'UTC' - interval '6 minutes'", 1],
])("a claimed job whose process %s", async (_, lastHeartbeat, stuck) => {
  await run(`INSERT INTO solid_queue_processes (kind, last_heartbeat_at, pid, created_at, name)
             VALUES ('Worker', ${lastHeartbeat}, 1, ${UTC}, 'worker-1')`);
  await job(`INSERT INTO solid_queue_claimed_executions (job_id, process_id, created_at)
             SELECT id, (SELECT max(id) FROM solid_queue_processes), ${UTC} FROM added`);
  expect((await queue()).stuck).toBe(stuck);
});

test("an error is the message of its JSON as Rails writes it, with its quotes and without the backtrace", async () => {
  await job(`INSERT INTO solid_queue_failed_executions (job_id, error, created_at)
             SELECT id, '{"exception_class":"Net::ReadTimeout","message":"no \\"answer\\" from job 17","backtrace":["s3cret"]}', ${UTC} FROM added`);
  const jobs = await queue();
  expect([jobs.counts.failed, jobs.errors.map(({ group }) => group)]).toEqual([1, ['no \\"answer\\" from job #']]);
});

/** As `retry_on` does: the row of the failed try has finished, and the same job has another row, scheduled. */
const tryAgain = (activeJobId: string, finished: boolean) =>
  run(`WITH added AS (INSERT INTO solid_queue_jobs (queue_name, class_name, active_job_id, finished_at, created_at, updated_at)
       VALUES ('default', 'MailJob', '${activeJobId}', ${finished ? UTC : "NULL"}, ${UTC}, ${UTC}) RETURNING id)
       INSERT INTO solid_queue_scheduled_executions (job_id, queue_name, scheduled_at, created_at)
       SELECT id, 'default', ${UTC} + interval '60 s', ${UTC} FROM added WHERE NOT ${finished}`);

test("a failed try that was put back is not done, and the job it left is a retry until it has finished", async () => {
  await tryAgain("a", true);
  await tryAgain("a", true);
  await tryAgain("a", false);
  const waiting = await queue();
  expect([waiting.counts.done, waiting.counts.queued, waiting.counts.scheduled]).toEqual([0, 0, 0]);
  expect([waiting.counts.retry, waiting.retry]).toEqual([1, { due: 0, later: 1 }]);
  await run(`DELETE FROM solid_queue_scheduled_executions; UPDATE solid_queue_jobs SET finished_at = ${UTC}`);
  const finished = await queue();
  expect([finished.counts.done, finished.counts.retry]).toEqual([1, 0]);
});
