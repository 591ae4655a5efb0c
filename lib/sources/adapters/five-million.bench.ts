import "server-only";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { bitmagnet } from "@/lib/sources/adapters/bitmagnet/bitmagnet";
import { schemaSql, serverDatabase, type TestDatabase, withTimeouts } from "@/lib/sources/adapters/databases.testing";
import { laravel, RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";
import { pgBoss } from "@/lib/sources/adapters/pg-boss/pg-boss";
import { river } from "@/lib/sources/adapters/river/river";
import { solidQueue } from "@/lib/sources/adapters/solid-queue/solid-queue";
import type { Adapter, RunQuery } from "@/lib/sources/jobs/adapter";
import type { SourceReading } from "@/lib/sources/jobs/job";

// npm run bench:jobs: what a poll costs a database whose job table has millions of rows, compared with a GROUP BY by hand
// and with the queries of Bitmagnet itself for its metrics. Three fifths are queued, a tenth are retries, the rest finished.
const ROWS = Number(process.env.LASTBEAT_BENCH_ROWS ?? 5_000_000);
const POLLS = 5;

const stateOf = (queued: string, retry: string, failed: string, done: string) =>
  `(CASE WHEN n % 50 < 30 THEN '${queued}' WHEN n % 50 < 35 THEN '${retry}' WHEN n % 50 < 38 THEN '${failed}' ELSE '${done}' END)`;
const at = (seconds: string) => `now() - ${seconds} * interval '1 second'`;

interface Case {
  readonly adapter: Adapter;
  readonly schema: () => Promise<string>;
  readonly fill: string;
  /** Queries that run out of budget in the second variant. */
  readonly overBudget: readonly string[];
  readonly naive: string;
  readonly others: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    adapter: bitmagnet,
    schema: () => schemaSql("bitmagnet"),
    // Bitmagnet's index over payloads serves none of the queries, and filling it would take an hour. Fingerprints are
    // inserted in order: in random order, indexing ten million took ten minutes.
    fill: `DROP INDEX queue_jobs_queue_payload_idx;
      INSERT INTO queue_jobs (fingerprint, queue, status, payload, run_after, ran_at, error, archival_duration, created_at)
      SELECT lpad(n::text, 32, '0'), 'process_torrent', ${stateOf("pending", "retry", "failed", "processed")}::queue_job_status,
             jsonb_build_object('infoHashes', jsonb_build_array(md5(n::text))), ${at("(n % 86400)")}, ${at("(n % 3600)")},
             CASE WHEN n % 50 BETWEEN 30 AND 37 THEN 'tmdb: status 429 for ' || n END, interval '7 days', now()
      FROM generate_series(1, ${ROWS}) n`,
    overBudget: ["counts", "retry-split", "oldest-pending"],
    naive: "SELECT queue, status, count(*), min(run_after) FROM queue_jobs GROUP BY queue, status",
    others: {
      "Bitmagnet's gauge, each scrape": "SELECT queue, status, count(*) FROM queue_jobs GROUP BY queue, status",
      "Bitmagnet's dashboard": `SELECT queue, status, date_trunc('hour', created_at) AS created,
          date_trunc('hour', ran_at) AS ran, count(*), avg(ran_at - created_at)
        FROM queue_jobs GROUP BY 1, 2, 3, 4`,
    },
  },
  {
    adapter: river,
    schema: () => readFile(new URL("./river/schema.sql", import.meta.url), "utf8"),
    fill: `INSERT INTO river_job (state, queue, kind, args, scheduled_at, attempted_at, finalized_at, errors)
      SELECT ${stateOf("available", "retryable", "discarded", "completed")}::river_job_state, 'default', 'mail',
             jsonb_build_object('n', n), ${at("(n % 86400)")}, ${at("(n % 3600)")},
             CASE WHEN n % 50 >= 35 THEN now() END,
             CASE WHEN n % 50 BETWEEN 30 AND 37 THEN ARRAY[jsonb_build_object('error', 'smtp 421 for ' || n)] END
      FROM generate_series(1, ${ROWS}) n`,
    overBudget: ["open-counts", "closed-counts"],
    naive: "SELECT queue, state, count(*), min(scheduled_at) FROM river_job GROUP BY queue, state",
    others: {},
  },
  {
    adapter: pgBoss,
    schema: () => readFile(new URL("./pg-boss/schema.sql", import.meta.url), "utf8"),
    fill: `INSERT INTO pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, expire_seconds,
          retention_seconds, deletion_seconds, partition, table_name, monitor_on, ready_count, deferred_count, failed_count)
        VALUES ('mail', 'standard', 2, 0, false, 900, 1209600, 604800, false, 'job_common', now(),
          ${ROWS * 0.7}, 0, ${ROWS * 0.06});
      INSERT INTO pgboss.job (name, state, data, start_after, started_on, completed_on, output)
      SELECT 'mail', ${stateOf("created", "retry", "failed", "completed")}::pgboss.job_state, jsonb_build_object('n', n),
             ${at("(n % 86400)")}, ${at("(n % 3600)")}, CASE WHEN n % 50 >= 35 THEN now() END,
             jsonb_build_object('message', 'smtp 421 for ' || n)
      FROM generate_series(1, ${ROWS}) n`,
    overBudget: ["open-counts", "closed-counts"],
    naive: "SELECT name, state, count(*), min(start_after) FROM pgboss.job GROUP BY name, state",
    others: {},
  },
  {
    // Finished jobs are deleted: the rest is failed.
    adapter: laravel(RETRY_AFTER_SECONDS),
    schema: () => readFile(new URL("./laravel/schema.sql", import.meta.url), "utf8"),
    fill: `INSERT INTO jobs (queue, payload, attempts, available_at, created_at)
      SELECT 'default', 'x', CASE WHEN n % 50 < 30 THEN 0 ELSE 1 END, extract(epoch FROM now())::int - n % 86400, 0
      FROM generate_series(1, ${ROWS}) n WHERE n % 50 < 35;
      INSERT INTO failed_jobs (uuid, connection, queue, payload, exception, failed_at)
      SELECT gen_random_uuid(), 'database', 'default', 'x', 'smtp 421 for ' || n, ${at("(n % 86400)")}
      FROM generate_series(1, ${ROWS}) n WHERE n % 50 >= 35`,
    overBudget: ["open-counts", "closed-counts"],
    naive: `SELECT queue, attempts > 0, reserved_at IS NULL, count(*), min(available_at) FROM jobs GROUP BY 1, 2, 3
      UNION ALL SELECT queue, NULL, NULL, count(*), NULL FROM failed_jobs GROUP BY 1`,
    others: {},
  },
  {
    // Retries are scheduled as new jobs, so there are none of its own.
    adapter: solidQueue,
    schema: () => readFile(new URL("./solid-queue/schema.sql", import.meta.url), "utf8"),
    fill: `INSERT INTO solid_queue_jobs (queue_name, class_name, finished_at, created_at, updated_at)
      SELECT 'default', 'Mail', CASE WHEN n % 50 >= 38 THEN ${at("(n % 86400)")} END, now(), now()
      FROM generate_series(1, ${ROWS}) n;
      INSERT INTO solid_queue_ready_executions (job_id, queue_name, created_at)
      SELECT id, 'default', ${at("(id % 86400)")} FROM solid_queue_jobs WHERE id % 50 < 30;
      INSERT INTO solid_queue_failed_executions (job_id, error, created_at)
      SELECT id, '{"message":"smtp 421 for ' || id || '"}', now() FROM solid_queue_jobs WHERE id % 50 BETWEEN 30 AND 37`,
    overBudget: ["open-counts", "closed-counts"],
    naive: `SELECT queue_name, count(*), min(created_at) FROM solid_queue_ready_executions GROUP BY 1
      UNION ALL SELECT queue_name, count(*), NULL FROM solid_queue_jobs WHERE finished_at IS NOT NULL GROUP BY 1
      UNION ALL SELECT NULL, count(*), NULL FROM solid_queue_failed_executions`,
    others: {},
  },
];

describe.each(CASES)("$adapter.kind", ({ adapter, schema, fill, overBudget, naive, others }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await serverDatabase(adapter);
    await database.reset(await schema());
    await database.run(fill);
    await database.run("VACUUM ANALYZE");
  }, HOUR);
  afterAll(() => database.close());

  test(
    `a poll of ${ROWS} rows`,
    async () => {
      const whole = await measure(adapter, database, database.runQuery);
      const withinBudget = await measure(adapter, database, withTimeouts(database.runQuery, overBudget));
      console.log(`\n${adapter.kind}, ${(ROWS / 1e6).toFixed(1)} M rows${" ".repeat(18)}p50 ms    max ms   temp kB`);
      printLine("our poll, as it comes", whole);
      printLine("our poll, exact out of budget", withinBudget);
      for (const [name, text] of Object.entries({ "GROUP BY by hand": naive, ...others })) {
        printLine(name, await costOf(database, () => database.run(text)));
      }
      for (const { reading } of [whole, withinBudget]) {
        const queued = reading?.queues.find((queue) => queue.counts.queued !== 0)?.counts.queued ?? Number.NaN;
        expect(Math.abs(queued / (ROWS * 0.6) - 1), "reports the number of queued jobs").toBeLessThan(0.2);
      }
    },
    20 * MINUTE,
  );
});

interface Measurement {
  readonly ms: readonly number[];
  readonly tempBytes: number;
  readonly reading?: SourceReading | Omit<SourceReading, "standby"> | null;
}

async function measure(adapter: Adapter, database: TestDatabase, runQuery: RunQuery): Promise<Measurement> {
  let reading: Measurement["reading"] = null;
  const cost = await costOf(database, async () => {
    const result = await adapter.read(runQuery, { source: "s", nowMs: Date.now(), previous: null });
    if (!result.ok) throw new Error(renderReason(result.failure.reason));
    reading = result.value;
  });
  return { ...cost, reading };
}

/** Milliseconds of each run, and the bytes that all runs together wrote to temporary files. */
async function costOf(database: TestDatabase, work: () => Promise<void>): Promise<Measurement> {
  const before = await tempBytesOf(database);
  const ms: number[] = [];
  for (let run = 0; run < POLLS; run++) {
    const began = performance.now();
    await work();
    ms.push(performance.now() - began);
  }
  return { ms: ms.sort((a, b) => a - b), tempBytes: (await tempBytesOf(database)) - before };
}

const TEMPORARY = {
  name: "temporary",
  text: "SELECT temp_bytes::float8 AS bytes FROM pg_stat_database WHERE datname = current_database()",
};

/** Sessions report their statistics when asked to, or a second later. */
async function tempBytesOf(database: TestDatabase): Promise<number> {
  const flush = "SELECT pg_stat_force_next_flush()";
  await database.runQuery({ name: "flush", text: flush });
  await database.run(flush);
  const [row] = await database.runQuery(TEMPORARY);
  return typeof row === "object" && row !== null && "bytes" in row ? Number(row.bytes) : Number.NaN;
}

function printLine(what: string, { ms, tempBytes }: Measurement): void {
  const middle = ms[Math.floor(ms.length / 2)] ?? Number.NaN;
  const numbers = [middle, ms.at(-1) ?? Number.NaN, tempBytes / 1000 / POLLS].map((value) =>
    value.toFixed(0).padStart(10),
  );
  console.log(`  ${what.padEnd(34)}${numbers.join("")}`);
}
