// A worker of Bitmagnet v0.9.5's queue server, as far as its table sees it (internal/queue/server): one job is one
// transaction, taken by priority and time; a job that cannot be stored rolls back, and the worker rests.
import pg from "pg";
import { z } from "zod";
import { pause } from "../until.ts";

const Options = z.object({ databaseUrl: z.string(), name: z.string(), queue: z.string(), restMs: z.number() });
const Job = z.object({ id: z.string(), retries: z.number(), max_retries: z.number(), is: z.string().nullable() });
/** A job takes this long, and an empty queue is looked at again after it. */
const WORKS_MS = 40;

const TAKE = `
  SELECT id, retries, max_retries, payload ->> 'is' AS is FROM queue_jobs
  WHERE queue = $1 AND status IN ('pending', 'retry') AND run_after <= now()
  ORDER BY priority, run_after, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

// n^4 + 15 s and some chance after the n-th failure; the chance is left out.
const STORE = `
  UPDATE queue_jobs SET status = $2::text::queue_job_status, error = $3, ran_at = now(),
         retries = retries + ($2::text = 'retry')::int,
         run_after = CASE WHEN $2::text = 'retry' THEN now() + make_interval(secs => power(retries + 1, 4) + 15) ELSE run_after END
  WHERE id = $1`;

const options = Options.parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const client = new pg.Client({ connectionString: options.databaseUrl, application_name: `bitmagnet ${options.name}` });
client.on("error", () => process.exit(1));
await client.connect();
console.log("ready");
for (;;) {
  try {
    await oneJob();
    await pause(WORKS_MS);
  } catch {
    await client.query("ROLLBACK");
    await pause(options.restMs);
  }
}

async function oneJob(): Promise<void> {
  await client.query("BEGIN");
  const claimed = await client.query(TAKE, [options.queue]);
  const [job] = z.array(Job).parse(claimed.rows);
  if (job !== undefined) {
    await pause(WORKS_MS);
    await client.query(STORE, outcomeOf(job));
  }
  await client.query("COMMIT");
}

function outcomeOf({ id, retries, max_retries, is }: z.infer<typeof Job>) {
  if (is !== "failing") return [id, "processed", null];
  return [id, retries < max_retries ? "retry" : "failed", "tmdb: 429 Too Many Requests"];
}
