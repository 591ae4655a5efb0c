import { readFileSync } from "node:fs";
import pg from "pg";

/** Bitmagnet's own queue name and retry limit. */
const QUEUE = "process_torrent";
const MAX_RETRIES = 2;
/** After the n-th failure Bitmagnet's worker waits n^4 + 15 s plus jitter; this is the first delay. */
const FIRST_BACKOFF_SECONDS = 16;
/** Shorter than Bitmagnet's week, so that the tables stay small in a demo that runs for days. */
const ARCHIVED_FOR = "1 hour";
const JOB_TYPE = "vod-web-video-transcoding";
const [PENDING, PROCESSING, COMPLETED] = [1, 2, 3];

export interface JobTables {
  /** Adds jobs that are due at once. */
  addPending(count: number): Promise<void>;
  /** Adds retries that have been due for 6 minutes to an hour, as if a worker had never reached them. */
  makeRetriesDue(count: number): Promise<void>;
  /** One round of Bitmagnet's worker: processes up to `count` due jobs; `failing` of them move to retry or failed. */
  work(count: number, failing: number): Promise<void>;
  /** Processes all due jobs. */
  drain(): Promise<void>;
  /** A runner requests a job, reports progress on its job, or accepts a new one: lastContact becomes now. */
  runnerContact(name: string): Promise<void>;
  /** Gives the runner a job and sets its lastContact to `forSeconds` ago. It keeps both until its next contact. */
  runnerSilent(name: string, forSeconds: number): Promise<void>;
  /** Completes the job of this runner. */
  runnerDone(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Creates Bitmagnet's `queue_jobs` and PeerTube's `runner` and `runnerJob` in an empty database and returns functions
 * that change them. Works on PostgreSQL 15 and on PGlite behind a socket.
 */
export async function createJobTables(databaseUrl: string): Promise<JobTables> {
  // One connection: PGlite's socket serves all connections from a single session anyway.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => undefined);
  for (const system of ["bitmagnet", "peertube"]) {
    await pool.query(readFileSync(new URL(`../../lib/sources/adapters/${system}/schema.sql`, import.meta.url), "utf8"));
  }
  return { ...bitmagnet(pool), ...peertube(pool), close: () => pool.end() };
}

type Bitmagnet = Pick<JobTables, "addPending" | "makeRetriesDue" | "work" | "drain">;

function bitmagnet(pool: pg.Pool): Bitmagnet {
  const work = async (count: number, failing: number): Promise<number> => {
    const { rowCount } = await pool.query(WORK, [count, failing, MAX_RETRIES, FIRST_BACKOFF_SECONDS]);
    await pool.query(
      "DELETE FROM queue_jobs WHERE status IN ('processed', 'failed') AND ran_at + archival_duration < now()",
    );
    return rowCount ?? 0;
  };
  return {
    async addPending(count) {
      await pool.query(ADD_PENDING, [count, QUEUE, MAX_RETRIES, ARCHIVED_FOR]);
    },
    async makeRetriesDue(count) {
      await pool.query(ADD_DUE_RETRIES, [count, QUEUE, MAX_RETRIES, ARCHIVED_FOR]);
    },
    async work(count, failing) {
      await work(count, failing);
    },
    async drain() {
      while ((await work(1_000, 0)) > 0);
    },
  };
}

const ADD_PENDING = `
  INSERT INTO queue_jobs (fingerprint, queue, payload, max_retries, run_after, archival_duration, created_at)
  SELECT md5(gen_random_uuid()::text), $2, jsonb_build_object('infoHashes', jsonb_build_array(n)), $3::int, now(),
         $4::interval, now()
  FROM generate_series(1, $1::int) AS n`;

const ADD_DUE_RETRIES = `
  INSERT INTO queue_jobs (fingerprint, queue, status, payload, retries, max_retries, run_after, ran_at, error,
                          archival_duration, created_at)
  SELECT md5(gen_random_uuid()::text), $2, 'retry', jsonb_build_object('infoHashes', jsonb_build_array(n)), 1, $3::int,
         now() - make_interval(secs => 360 + (n * 37) % 3240), now() - make_interval(secs => 400 + (n * 37) % 3240),
         CASE n % 3 WHEN 0 THEN 'tmdb: 429 Too Many Requests' ELSE 'context deadline exceeded' END,
         $4::interval, now() - interval '2 hours'
  FROM generate_series(1, $1::int) AS n`;

// Retries run last, as in Bitmagnet 0.10: only when no pending job is due.
const WORK = `
  WITH due AS (
    SELECT id, row_number() OVER (ORDER BY status = 'retry', priority, run_after, id) AS place
    FROM queue_jobs WHERE status IN ('pending', 'retry') AND run_after <= now()
    ORDER BY status = 'retry', priority, run_after, id LIMIT $1::int
  )
  UPDATE queue_jobs AS job SET
    ran_at = now(),
    status = (CASE WHEN place > $2::int THEN 'processed' WHEN retries >= $3::int THEN 'failed' ELSE 'retry' END)::queue_job_status,
    retries = CASE WHEN place > $2::int OR retries >= $3::int THEN retries ELSE retries + 1 END,
    run_after = CASE WHEN place > $2::int THEN run_after ELSE now() + make_interval(secs => $4::int) END,
    error = CASE WHEN place > $2::int THEN NULL ELSE 'context deadline exceeded' END
  FROM due WHERE due.id = job.id`;

type Peertube = Pick<JobTables, "runnerContact" | "runnerSilent" | "runnerDone">;

function peertube(pool: pg.Pool): Peertube {
  const setContact = async (name: string, secondsAgo: number): Promise<void> => {
    await pool.query(SEEN, [name, secondsAgo]);
    await pool.query(ADD_JOB_UNLESS_HELD, [name, JOB_TYPE, PENDING, PROCESSING]);
    await pool.query(TAKE_OR_REPORT, [name, secondsAgo, PENDING, PROCESSING]);
  };
  return {
    runnerContact: (name) => setContact(name, 0),
    runnerSilent: (name, forSeconds) => setContact(name, forSeconds),
    async runnerDone(name) {
      await pool.query(FINISH, [name, PROCESSING, COMPLETED]);
    },
  };
}

const SEEN = `
  INSERT INTO "runner" ("runnerToken", "name", "lastContact", "ip", "version", "createdAt", "updatedAt")
  VALUES ('ptrt-' || gen_random_uuid(), $1, now() - make_interval(secs => $2::int), '127.0.0.1', '0.4.0', now(), now())
  ON CONFLICT ("name") DO UPDATE SET "lastContact" = EXCLUDED."lastContact", "updatedAt" = now()`;

const ADD_JOB_UNLESS_HELD = `
  INSERT INTO "runnerJob" ("uuid", "type", "payload", "privatePayload", "state", "priority", "createdAt", "updatedAt")
  SELECT gen_random_uuid(), $2, '{}', '{}', $3::int, 100, now(), now()
  WHERE NOT EXISTS (SELECT 1 FROM "runnerJob" JOIN "runner" ON "runner"."id" = "runnerId" WHERE "name" = $1 AND "state" = $4::int)
    AND NOT EXISTS (SELECT 1 FROM "runnerJob" WHERE "state" = $3::int)`;

// A runner with a job reports progress on it; a runner without one accepts the oldest pending job.
const TAKE_OR_REPORT = `
  WITH me AS (SELECT "id" FROM "runner" WHERE "name" = $1),
  chosen AS (
    SELECT job."id" FROM "runnerJob" AS job, me
    WHERE (job."runnerId" = me."id" AND job."state" = $4::int) OR job."state" = $3::int
    ORDER BY job."state" DESC, job."priority", job."id" LIMIT 1
  )
  UPDATE "runnerJob" AS job SET
    "state" = $4::int,
    "runnerId" = (SELECT "id" FROM me),
    "processingJobToken" = coalesce(job."processingJobToken", 'ptrjt-' || gen_random_uuid()),
    "progress" = least(99, coalesce(job."progress", 0) + 7),
    "startedAt" = coalesce(job."startedAt", now() - make_interval(secs => $2::int)),
    "updatedAt" = now() - make_interval(secs => $2::int)
  FROM chosen WHERE chosen."id" = job."id"`;

const FINISH = `
  UPDATE "runnerJob" AS job SET
    "state" = $3::int, "progress" = NULL, "processingJobToken" = NULL, "finishedAt" = now(), "updatedAt" = now()
  FROM "runner" WHERE "runner"."id" = job."runnerId" AND "runner"."name" = $1 AND job."state" = $2::int`;
