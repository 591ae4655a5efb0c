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

const readUntil = (what: string, matches: (reading: SourceReading) => boolean): Promise<SourceReading> =>
  until(what, SOON_MS, async () => {
    const reading = await read();
    return matches(reading) ? reading : null;
  });

const queued = ({ queues }: SourceReading): number | null => queues[0]?.counts.queued ?? null;

test("an up-to-date standby is read like its primary, without its own write counters", async () => {
  expect((await read()).standby, "reports that it is a standby").not.toBeNull();
  await writer.query(ADD);
  const reading = await readUntil(
    "the primary's rows",
    (reading) => queued(reading) === 5 && reading.standby?.behindSeconds === 0,
  );
  expect(reading.writes).toBeNull();
});

test("a standby whose replay is paused is behind, shows its old rows, and catches up", async () => {
  await replay.query("SELECT pg_wal_replay_pause()");
  await writer.query(ADD);
  const behind = await readUntil("it to fall behind", ({ standby }) => (standby?.behindSeconds ?? 0) > 1);
  expect(queued(behind)).toBe(5);
  // The lag of the standby is subtracted from the waiting time.
  const oldest = await replay.query("SELECT extract(epoch FROM now() - min(run_after))::float8 AS age FROM queue_jobs");
  expect(behind.queues[0]?.oldestDueSeconds).toBeLessThan(oldest.rows[0].age - 1);
  await replay.query("SELECT pg_wal_replay_resume()");
  await readUntil("it to catch up", (reading) => reading.standby?.behindSeconds === 0 && queued(reading) === 10);
});

test("a standby without its primary is still read, and reports its lag", async () => {
  await writer.end();
  await primary.stop();
  const alone = await readUntil("it to be alone", ({ standby }) => (standby?.behindSeconds ?? 0) > 0);
  expect(queued(alone)).toBe(10);
});
