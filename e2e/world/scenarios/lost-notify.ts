import { readFileSync } from "node:fs";
import pg from "pg";
import type { Running } from "../processes.ts";
import { until } from "../until.ts";
import { startProgram } from "./program.ts";
import type { Place, RunningScenario, Scenario } from "./scenario.ts";

/** In normal operation, one request arrives per interval; a scanner processes it in less time. */
const QUERY_EVERY_MS = 2_000;
const WORKS_MS = 500;
const MISSED = 12;
const IDLE_WITHIN_MS = 30_000;

/**
 * Kyoo v5 (zoriya/Kyoo scanner/scanner/{requests,status,__init__}.py @ v5.0.0 to v5.1.0): `scanner.requests` replaced
 * the broker. Only NOTIFY wakes a scanner; it never polls and does not read the table at startup, so requests that
 * arrive while it restarts are never processed (inferred from its code). The scanner here is a separate process with a
 * real LISTEN and a real session lock; its processing of a title is simulated.
 */
export const lostNotify: Scenario = {
  name: "lost-notify",
  shows: "Requests arrive while Kyoo's scanner restarts: their NOTIFY is heard by nobody, and they stay pending.",
  page: "Jobs: kyoo/scanner, how long nobody has taken any, and whether a leader is there",
  needs: [],
  sources: ({ databaseUrl }) => [{ id: "kyoo", kind: "kyoo", databaseUrl, pollSeconds: 5 }],
  rules: [
    { id: "jobs-not-taken", signal: "jobs.untaken", match: { source: "kyoo" }, warning: 10, critical: 600 },
    { id: "leader-absent", signal: "jobs.leader.absent", critical: 10 },
  ],
  clients: {},
  begin,
};

async function begin({ databaseUrl }: Place): Promise<RunningScenario> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => undefined);
  await pool.query(readFileSync(DDL, "utf8"));
  const scan = () => startProgram("./kyoo-scanner.ts", { databaseUrl, worksMs: WORKS_MS });
  let scanner: Running = await scan();
  let querying: NodeJS.Timeout | null = null;
  const ask = () => {
    querying ??= setInterval(() => void enqueue(pool, 1).catch(() => undefined), QUERY_EVERY_MS);
  };
  const rest = () => {
    if (querying !== null) clearInterval(querying);
    querying = null;
  };
  ask();
  return {
    scenes: [
      {
        name: "missed",
        atSeconds: 20,
        words: `the scanner restarts, and ${MISSED} requests come meanwhile: nobody takes them although a leader is back. 10 s later that fires`,
        async act() {
          rest();
          // A row left in state running after its scanner exits would appear as a job in progress.
          await until("the scanner to be idle", IDLE_WITHIN_MS, () => isEmpty(pool));
          await scanner.stop();
          await enqueue(pool, MISSED);
          scanner = await scan();
        },
      },
      {
        name: "leaderless",
        atSeconds: 80,
        words: "the scanner ends: nobody holds the leader's lock 198347 any more. 10 s later that fires as well",
        act: async () => void (await scanner.stop()),
      },
      {
        name: "woken",
        atSeconds: 140,
        words: "the scanner runs again and somebody asks for one more title: that NOTIFY wakes it for all of them",
        async act() {
          scanner = await scan();
          await enqueue(pool, 1);
          ask();
        },
      },
    ],
    async stop() {
      rest();
      await scanner.stop();
      await pool.end();
    },
  };
}

/** One transaction and one NOTIFY per request, as in Kyoo's API. */
async function enqueue(pool: pg.Pool, count: number): Promise<void> {
  for (let added = 0; added < count; added++) {
    await pool.query(
      "INSERT INTO scanner.requests (kind, title, videos) VALUES ('movie', 'Film ' || gen_random_uuid(), '[\"/media/film.mkv\"]')",
    );
    await pool.query("NOTIFY scanner_requests");
  }
}

async function isEmpty(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query("SELECT FROM scanner.requests LIMIT 1");
  return rows.length === 0;
}

const DDL = new URL("../../../lib/sources/adapters/kyoo/schema.sql", import.meta.url);
