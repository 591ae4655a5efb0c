import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Postgres, startPostgres, startStandby } from "@/e2e/world/postgres";
import { until } from "@/e2e/world/until";
import { renderReason } from "@/lib/base/messages/render-reason";
import { schemaSql } from "@/lib/sources/adapters/databases.testing";
import type { SourceReading } from "@/lib/sources/jobs/job";
import type { SourceReader } from "@/lib/sources/reading/source-reader";
import { createSqlReader } from "@/lib/sources/reading/sql-reader";

const STARTED_WITHIN_MS = 120_000;
const SOON_MS = 60_000;
const ADD = `
  INSERT INTO queue_jobs (fingerprint, queue, payload, run_after, archival_duration, created_at)
  SELECT gen_random_uuid()::text, 'process_torrent', '{}', now(), '7 days', now() FROM generate_series(1, 5)`;

let primary: Postgres;
let standby: Postgres;
let writer: pg.Client;
let replay: pg.Client;
let source: SourceReader;

beforeAll(async () => {
  primary = await startPostgres();
  writer = new pg.Client({ connectionString: primary.url });
  await writer.connect();
  await writer.query(await schemaSql("bitmagnet"));
  standby = await startStandby(primary);
  replay = new pg.Client({ connectionString: standby.url });
  await replay.connect();
  source = createSqlReader({ id: "s", kind: "bitmagnet", databaseUrl: standby.url });
}, STARTED_WITHIN_MS);

afterAll(async () => {
  await source.close();
  await replay.end();
  await standby.stop();
  await primary.stop();
}, STARTED_WITHIN_MS);

async function read(): Promise<SourceReading> {
  const outcome = await source.read();
  if (!outcome.ok) throw new Error(renderReason(outcome.reason));
  return outcome.reading;
}

const seen = (what: string, meant: (reading: SourceReading) => boolean): Promise<SourceReading> =>
  until(what, SOON_MS, async () => {
    const reading = await read();
    return meant(reading) ? reading : null;
  });

const queued = ({ queues }: SourceReading): number | null => queues[0]?.counts.queued ?? null;

test("a standby that keeps up is read like its primary, and its own counters are not taken for those", async () => {
  expect((await read()).standby, "it says that it is one").not.toBeNull();
  await writer.query(ADD);
  const reading = await seen("what the primary has", (one) => queued(one) === 5 && one.standby?.behindSeconds === 0);
  expect(reading.writes).toBeNull();
});

test("one that does not replay is behind, shows what was then, and catches up", async () => {
  await replay.query("SELECT pg_wal_replay_pause()");
  await writer.query(ADD);
  const behind = await seen("it to fall behind", ({ standby }) => (standby?.behindSeconds ?? 0) > 1);
  expect(queued(behind)).toBe(5);
  // What waits has waited for longer than the standby is behind, and is told as it was then.
  const oldest = await replay.query("SELECT extract(epoch FROM now() - min(run_after))::float8 AS age FROM queue_jobs");
  expect(behind.queues[0]?.oldestDueSeconds).toBeLessThan(oldest.rows[0].age - 1);
  await replay.query("SELECT pg_wal_replay_resume()");
  await seen("it to catch up", (one) => one.standby?.behindSeconds === 0 && queued(one) === 10);
});

test("one whose primary is gone goes on being read, and is said to fall behind", async () => {
  await writer.end();
  await primary.stop();
  const alone = await seen("it to be alone", ({ standby }) => (standby?.behindSeconds ?? 0) > 0);
  expect(queued(alone)).toBe(10);
});
