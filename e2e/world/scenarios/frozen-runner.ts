import { readFileSync } from "node:fs";
import pg from "pg";
import type { Running } from "../processes.ts";
import { startRunnerApi } from "./peertube-runner-api.ts";
import { startProgram } from "./program.ts";
import type { Place, RunningScenario, Scenario } from "./scenario.ts";

const WELL = "encoder-1";
const FREEZES = "encoder-2";
const STUCK = "encoder-3";
const SPARE = "encoder-4";
const VOD = "vod-web-video-transcoding";
/** PeerTube's watchdog (as of 6.3) does not cover this job type, so nothing returns the job to pending. */
const STORYBOARD = "generate-video-storyboard";
/** Longer than three missed updates of 60 s; the rows are backdated by this much instead of waiting. */
const LEAP = "4 minutes";
const UPLOAD_EVERY_MS = 5_000;

/**
 * PeerTube runners (#6257): one freezes with a job in progress, one stays in contact while one of its jobs makes no
 * progress, one is idle and healthy although its last contact is days old. A fake server writes PeerTube's tables by
 * PeerTube's rules; runners are processes that use its API. The scenario backdates rows instead of waiting minutes.
 *
 * Measured with the real runner 0.0.22 against a fake server: it requests a job when its socket connects, on
 * `available-jobs` (within milliseconds) and 2.5 s after each job it accepts, and at no other time; it updates each job
 * at once and then every 60 s. Updates of a job deleted on the server get a 404, are logged as "Cannot send job
 * progress" and continue (for the 8 min of the measurement) without changing lastContact. When the runner is frozen,
 * its socket is closed after 42 s; when thawed, it updates at once. On SIGTERM it returns its jobs one by one and stops
 * at the first job that the server does not know, so the others stay in processing.
 */
export const frozenRunner: Scenario = {
  name: "frozen-runner",
  shows: "A PeerTube runner freezes with work in hand; another stands still although it is in contact.",
  page: "Runners: silent, stuck and idle, each with its reason",
  needs: [],
  sources: ({ databaseUrl }) => [{ id: "videos", kind: "peertube", databaseUrl, pollSeconds: 2 }],
  rules: [],
  clients: {},
  begin,
};

async function begin({ databaseUrl, port }: Place): Promise<RunningScenario> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => undefined);
  await pool.query(readFileSync(new URL("../../../lib/sources/adapters/peertube/schema.sql", import.meta.url), "utf8"));
  for (const name of [WELL, FREEZES, STUCK, SPARE]) await pool.query(REGISTER, [name]);
  await pool.query(`UPDATE "runner" SET "lastContact" = now() - interval '2 days' WHERE "name" = $1`, [SPARE]);
  const server = await startRunnerApi(pool, port);
  const runners = new Map<string, Running>();
  for (const name of [WELL, FREEZES, STUCK]) {
    await pool.query(ADD_JOB, [VOD]);
    const options = { url: server.url, token: tokenOf(name) };
    runners.set(name, await startProgram("./peertube-runner.ts", options));
  }
  const uploads = setInterval(
    () => void pool.query(ADD_JOB_UNLESS_ONE_WAITS, [VOD]).catch(() => undefined),
    UPLOAD_EVERY_MS,
  );
  return {
    scenes: [
      {
        name: "frozen",
        atSeconds: 20,
        words: `${FREEZES} hangs as a process, its job in hand; ${LEAP} are put on its clock: it is silent, not just late`,
        async act() {
          runners.get(FREEZES)?.signal("SIGSTOP");
          await pool.query(SET_BACK, [FREEZES, LEAP]);
          await pool.query(SET_BACK_JOBS, [FREEZES, LEAP]);
        },
      },
      {
        name: "stands",
        atSeconds: 40,
        words: `${STUCK} goes on calling, and a storyboard it took is not updated: stuck, while idle ${SPARE} is no alert`,
        act: async () => void (await pool.query(STORYBOARD_STUCK, [STUCK, STORYBOARD, LEAP])),
      },
      {
        name: "thawed",
        atSeconds: 120,
        words: `${FREEZES} runs again and reports; the storyboard is cancelled: both alerts end`,
        async act() {
          runners.get(FREEZES)?.signal("SIGCONT");
          await pool.query(CANCEL, [STORYBOARD]);
        },
      },
    ],
    async stop() {
      clearInterval(uploads);
      await Promise.all([...runners.values()].map((runner) => runner.kill()));
      await server.stop();
      await pool.end();
    },
  };
}

const tokenOf = (name: string): string => `ptrt-${name}`;

const REGISTER = `
  INSERT INTO "runner" ("runnerToken", "name", "lastContact", "ip", "version", "createdAt", "updatedAt")
  VALUES ('${tokenOf("")}' || $1, $1, now(), '127.0.0.1', '0.4.0', now(), now())`;

const ADD_JOB = `
  INSERT INTO "runnerJob" ("uuid", "type", "payload", "privatePayload", "state", "priority", "createdAt", "updatedAt")
  VALUES (gen_random_uuid(), $1, '{}', '{}', 1, 100, now(), now())`;

const ADD_JOB_UNLESS_ONE_WAITS = `
  INSERT INTO "runnerJob" ("uuid", "type", "payload", "privatePayload", "state", "priority", "createdAt", "updatedAt")
  SELECT gen_random_uuid(), $1, '{}', '{}', 1, 100, now(), now()
  WHERE NOT EXISTS (SELECT FROM "runnerJob" WHERE "state" = 1)`;

const SET_BACK = `UPDATE "runner" SET "lastContact" = now() - $2::interval WHERE "name" = $1`;

const SET_BACK_JOBS = `
  UPDATE "runnerJob" SET "updatedAt" = now() - $2::interval, "startedAt" = "startedAt" - $2::interval
  WHERE "state" = 2 AND "runnerId" = (SELECT "id" FROM "runner" WHERE "name" = $1)`;

const STORYBOARD_STUCK = `
  INSERT INTO "runnerJob" ("uuid", "type", "payload", "privatePayload", "state", "priority", "processingJobToken",
                           "startedAt", "runnerId", "createdAt", "updatedAt")
  SELECT gen_random_uuid(), $2, '{}', '{}', 2, 100, 'ptrjt-' || gen_random_uuid(), now() - $3::interval, "id",
         now() - $3::interval, now() - $3::interval
  FROM "runner" WHERE "name" = $1`;

const CANCEL = `UPDATE "runnerJob" SET "state" = 6, "processingJobToken" = NULL, "updatedAt" = now() WHERE "type" = $1`;
