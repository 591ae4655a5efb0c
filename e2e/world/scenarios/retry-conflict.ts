import { readFileSync } from "node:fs";
import pg from "pg";
import { startProgram } from "./program.ts";
import type { Place, RunningScenario, Scenario } from "./scenario.ts";

const WORKERS = ["worker-1", "worker-2", "worker-3"] as const;
/** More than the number of workers: otherwise the free workers would process the jobs behind these. */
const TWINS = 8;
const RETRIES_DUE = 60;
const CRAWLED_EVERY_MS = 1_000;
const CRAWLED = 5;
const QUEUE = "process_torrent";

/**
 * Bitmagnet before v0.10.0-beta.4 (#285): its partial unique index is on (fingerprint, status), so one torrent may have
 * both a pending and a retry row. When the pending job fails, its UPDATE to retry raises 23505, the whole
 * transaction rolls back, and the row stays first in the queue. Table and worker processes are real; only the choice of
 * failing jobs is simulated.
 */
export const retryConflict: Scenario = {
  name: "retry-conflict",
  shows: "Bitmagnet's workers fail on a duplicate key again and again, and the retry backlog never drains.",
  page: "Jobs: bitmagnet/process_torrent, its cause and what to do",
  needs: [],
  sources: ({ databaseUrl }) => [{ id: "bitmagnet", kind: "bitmagnet", databaseUrl, pollSeconds: 2 }],
  rules: [{ id: "retry-conflict-loop", signal: "jobs.conflict.loop", critical: 20 }],
  clients: {},
  begin,
};

async function begin({ databaseUrl }: Place): Promise<RunningScenario> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => undefined);
  await pool.query(readFileSync(DDL, "utf8"));
  await pool.query(ADD_PENDING, [100, QUEUE, "fresh", 10]);
  const crawler = setInterval(
    () => void pool.query(ADD_PENDING, [CRAWLED, QUEUE, "fresh", 10]).catch(() => undefined),
    CRAWLED_EVERY_MS,
  );
  const workers = await Promise.all(
    WORKERS.map((name) => startProgram("./bitmagnet-worker.ts", { databaseUrl, name, queue: QUEUE, restMs: 1_000 })),
  );
  return {
    scenes: [
      {
        name: "collides",
        atSeconds: 20,
        words: `${TWINS} torrents that wait for a retry are crawled again: no worker can store its failure. 20 s later the conflict loop fires`,
        async act() {
          await pool.query(ADD_RETRIES_AND_TWINS, [RETRIES_DUE, QUEUE, TWINS]);
        },
      },
      {
        name: "cleaned",
        atSeconds: 120,
        words: "the retry rows that have a pending twin are deleted, and no other: the backlog drains, the alert ends",
        async act() {
          await pool.query(DELETE_RETRY_TWINS);
        },
      },
    ],
    async stop() {
      clearInterval(crawler);
      await Promise.all(workers.map((worker) => worker.stop()));
      await pool.end();
    },
  };
}

const DDL = new URL("../../../lib/sources/adapters/bitmagnet/schema-0.9.sql", import.meta.url);

const ADD_PENDING = `
  INSERT INTO queue_jobs (fingerprint, queue, payload, max_retries, run_after, archival_duration, created_at, priority)
  SELECT md5(gen_random_uuid()::text), $2, jsonb_build_object('is', $3::text), 2, now(), interval '1 minute', now(), $4::int
  FROM generate_series(1, $1::int)`;

// One statement, because an idle worker claims a retry within milliseconds, and its twin would then have no conflict.
// A torrent crawled again has a higher priority: its job precedes all waiting jobs. The job is already due for some
// seconds: a worker whose transaction began just before would otherwise find it not due by its own now() and claim a
// retry instead.
const ADD_RETRIES_AND_TWINS = `
  WITH held AS (
    INSERT INTO queue_jobs (fingerprint, queue, status, payload, retries, max_retries, run_after, ran_at, error,
                            archival_duration, created_at, priority)
    SELECT md5(gen_random_uuid()::text), $2, 'retry', '{"is": "due"}', 1, 2,
           now() - make_interval(secs => 600 + n), now() - make_interval(secs => 620 + n),
           'tmdb: 429 Too Many Requests', interval '1 minute', now() - interval '1 hour', 20
    FROM generate_series(1, $1::int) AS n
    RETURNING fingerprint, queue, run_after)
  INSERT INTO queue_jobs (fingerprint, queue, payload, max_retries, run_after, archival_duration, created_at, priority)
  SELECT fingerprint, queue, '{"is": "failing"}', 2, now() - interval '10 seconds', interval '1 minute', now(), 0
  FROM held ORDER BY run_after LIMIT $3::int`;

/** The same statement as in Bitmagnet's own migration 00019. */
const DELETE_RETRY_TWINS = `
  DELETE FROM queue_jobs AS held WHERE held.status = 'retry' AND EXISTS (
    SELECT FROM queue_jobs AS twin WHERE twin.fingerprint = held.fingerprint AND twin.status = 'pending')`;
