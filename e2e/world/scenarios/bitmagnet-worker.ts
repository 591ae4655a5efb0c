// A worker of Bitmagnet v0.9.5's queue server, reduced to its effect on the table (internal/queue/server): each job is
// one transaction, chosen by priority and time; if a job cannot be stored, it rolls back and the worker pauses.
import pg from "pg";
import { z } from "zod";
import { pause } from "../until.ts";

const Options = z.object({ databaseUrl: z.string(), name: z.string(), queue: z.string(), restMs: z.number() });
const Job = z.object({ id: z.string(), retries: z.number(), max_retries: z.number(), is: z.string().nullable() });
/** The duration of a job, and the poll interval of an empty queue. */
const WORKS_MS = 40;

const TAKE = `
  SELECT id, retries, max_retries, payload ->> 'is' AS is FROM queue_jobs
  WHERE queue = $1 AND status IN ('pending', 'retry') AND run_after <= now()
  ORDER BY priority, run_after, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

// After the n-th failure: n^4 + 15 s. Bitmagnet's random jitter is omitted.
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
