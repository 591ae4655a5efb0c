import { expect, test } from "vitest";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";
import { example, older } from "@/lib/sources/adapters/good-job/example.testing";

const oldest = older.find(({ name }) => name === "version 3.0")?.example ?? example;
const { run, queue } = exampleDatabase(oldest, embeddedDatabase);

/** GoodJob writes timestamps without a zone, in UTC. */
const UTC = "(now() AT TIME ZONE 'UTC')";

test("before 3.15.4 an attempt that was retried is neither failed nor done", async () => {
  await run(`
    WITH next AS (INSERT INTO good_jobs (queue_name, created_at, updated_at) VALUES ('default', ${UTC}, ${UTC}) RETURNING id)
    INSERT INTO good_jobs (queue_name, created_at, updated_at, performed_at, finished_at, error, retried_good_job_id)
    SELECT 'default', ${UTC}, ${UTC}, ${UTC}, ${UTC}, 'tmdb: 429', next.id FROM next`);
  const { counts, retry, stuck } = await queue();
  expect(counts).toEqual({ queued: 1, running: 0, retry: null, failed: 0, done: 0, scheduled: 0 });
  expect([retry, stuck]).toEqual([{ due: null, later: null }, null]);
});
