import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import { bitmagnet } from "@/lib/sources/adapters/bitmagnet/bitmagnet";
import { connect, databaseUrl, readingOf, schemaSql } from "@/lib/sources/adapters/databases.testing";
import type { TableKind } from "@/lib/sources/adapters/registry";
import type { SourceOutcome } from "@/lib/sources/jobs/job";
import { readOnlyQueries } from "@/lib/sources/reading/read-only-queries";
import type { SourceReader } from "@/lib/sources/reading/source-reader";
import { createSqlReader } from "@/lib/sources/reading/sql-reader";

const name = `lastbeat_jobs_${randomBytes(4).toString("hex")}`;
const role = `${name}_ro`;
/** For busy machines; vitest's default is a second. */
const SOON = { timeout: 30_000 };
const readers: SourceReader[] = [];
let admin: Client;
let owner: Client;

const urlAs = (user?: string): string => databaseUrl({ database: name, ...(user === undefined ? {} : { user }) });

function reader(kind: TableKind, databaseUrl = urlAs(), statementTimeoutMs?: number): SourceReader {
  const created = createSqlReader({ id: "s", kind, databaseUrl }, statementTimeoutMs);
  readers.push(created);
  return created;
}

beforeAll(async () => {
  admin = await connect(databaseUrl(null));
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 's3cret'`);
});

beforeEach(async () => {
  await admin.query(`CREATE DATABASE ${name}`);
  owner = await connect(urlAs());
  await owner.query(await schemaSql("bitmagnet"));
  await owner.query(await schemaSql("peertube"));
  await owner.query(`
    INSERT INTO queue_jobs (fingerprint, queue, status, payload, run_after, ran_at, error, archival_duration, created_at)
    SELECT n::text, 'process_torrent', (ARRAY['pending','retry','failed','processed'])[1 + n % 4]::queue_job_status,
           '{}', now() - interval '1 minute', now(), 'tmdb: 429 for ' || n, '7 days', now()
    FROM generate_series(1, 400) n`);
});

afterEach(async () => {
  await Promise.all(readers.splice(0).map((open) => open.close()));
  await owner.end();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

afterAll(async () => {
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
});

/**
 * Behaves as a pooler in transaction mode: each transaction runs in another server session, which is reset afterwards
 * (DISCARD ALL). Outside of a transaction nothing may be set, and named prepared statements are lost.
 */
async function pooled(size: number): Promise<{ readonly client: Pooled; readonly close: () => Promise<void> }> {
  const backends = await Promise.all(Array.from({ length: size }, () => connect(urlAs())));
  let turn = 0;
  let current: Client | null = null;
  const query = async (text: string | { readonly name?: string }, values?: unknown[]) => {
    if (typeof text !== "string") throw new Error("a statement with a name");
    current ??= /^BEGIN/.test(text) ? (backends[turn++ % size] ?? null) : null;
    if (current === null) throw new Error(`outside of a transaction: ${text}`);
    const session = current;
    const answer = await session.query(text, values);
    if (/^(COMMIT|ROLLBACK)$/.test(text)) {
      await session.query("DISCARD ALL");
      current = null;
    }
    return answer;
  };
  return { client: { query }, close: () => Promise.all(backends.map((backend) => backend.end())).then(() => {}) };
}

interface Pooled {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** `ok`, or the state and the reason of a failure; neither contains a secret. */
function summaryOf(outcome: SourceOutcome): string {
  expect(JSON.stringify(outcome)).not.toContain("s3cret");
  return outcome.ok ? "ok" : `${outcome.state}: ${renderReason(outcome.reason)}`;
}

test("changes nothing with a role that may write, and could not", async () => {
  const fingerprint = "SELECT md5(string_agg(q::text || q.xmin || q.ctid, ',' ORDER BY id)) AS md5 FROM queue_jobs q";
  const before = await owner.query(fingerprint);
  const outcome = await reader("bitmagnet").read();
  expect(summaryOf(outcome)).toBe("ok");
  expect((await owner.query(fingerprint)).rows).toEqual(before.rows);

  const runQuery = readOnlyQueries(owner, { timeoutMs: 5_000, deadlineMs: Date.now() + 60_000, schema: null });
  for (const text of [
    "DELETE FROM queue_jobs",
    "CREATE TABLE t (n int)",
    "SELECT 1 FROM queue_jobs LIMIT 1 FOR UPDATE",
  ]) {
    await expect(runQuery({ name: "write", text })).rejects.toMatchObject({ code: "25006" });
  }
  const limits =
    "SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l, current_setting('max_parallel_workers_per_gather') AS p";
  expect(await runQuery({ name: "limits", text: limits })).toEqual([{ s: "5s", l: "1s", p: "0" }]);
  const left = await owner.query(
    "SELECT current_setting('lock_timeout') AS l, current_setting('transaction_read_only') AS r",
  );
  expect(left.rows).toEqual([{ l: "0", r: "off" }]);
});

test("counts the rows of the table, over one named connection for all polls", async () => {
  const source = reader("bitmagnet");
  const [first, second] = await Promise.all([source.read(), source.read()]);
  expect(second).toBe(first);
  const third = await source.read();
  if (!third.ok) throw new Error(renderReason(third.reason));
  expect(third.reading.queues.map((queue) => [queue.counts, queue.retry, queue.countsAre])).toEqual([
    [{ queued: 100, running: 0, retry: 100, failed: 100, done: 100, scheduled: 0 }, { due: 100, later: 0 }, "exact"],
  ]);
  const seen = await admin.query(
    "SELECT application_name, state FROM pg_stat_activity WHERE datname = $1 AND pid <> $2 AND backend_type = 'client backend'",
    [name, (await owner.query("SELECT pg_backend_pid() AS pid")).rows[0].pid],
  );
  expect(seen.rows).toEqual([{ application_name: "lastbeat", state: "idle" }]);
});

test("a running job is a row lock of another session", async () => {
  await owner.query("BEGIN; SELECT id FROM queue_jobs WHERE status = 'pending' LIMIT 1 FOR UPDATE SKIP LOCKED");
  const outcome = await reader("bitmagnet").read();
  const queue = outcome.ok ? outcome.reading.queues[0] : undefined;
  expect([queue?.counts.running, queue?.stuck]).toEqual([1, 0]);
  await owner.query("ROLLBACK");
});

test("a missing right is reported with its GRANT, which is enough to read the source", async () => {
  const source = reader("bitmagnet", urlAs(role));
  const refused = `unauthorized: ${role} may not read everything this source needs. Run: GRANT SELECT ON queue_jobs TO ${role};`;
  expect(summaryOf(await source.read())).toBe(refused);
  await owner.query("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
  const noUsage = `unauthorized: Table queue_jobs is in a schema this role may not use. Run: GRANT USAGE ON SCHEMA public TO ${role};`;
  expect(summaryOf(await source.read())).toBe(noUsage);
  await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}; GRANT SELECT ON queue_jobs TO ${role}`);
  expect(summaryOf(await source.read())).toBe("ok");
});

test("PeerTube is read with rights on the required columns alone, without tokens and payloads", async () => {
  await owner.query(`
    INSERT INTO runner ("runnerToken", name, "lastContact", ip, "createdAt", "updatedAt")
    VALUES ('s3cret', 'gpu-1', now(), '::1', now(), now());
    GRANT SELECT (id, name, "lastContact") ON runner TO ${role};
    GRANT SELECT (uuid, type, state, progress, failures, error, "runnerId", "startedAt", "updatedAt", "finishedAt")
      ON "runnerJob" TO ${role}`);
  const outcome = await reader("peertube", urlAs(role)).read();
  expect(summaryOf(outcome)).toBe("ok");
  expect(outcome.ok && outcome.reading.runners?.map((runner) => runner.name)).toEqual(["gpu-1"]);
});

test.each([
  ["a missing table", "DROP TABLE queue_jobs", "incompatible: There is no table queue_jobs in this database"],
  [
    "a missing column",
    "ALTER TABLE queue_jobs DROP COLUMN run_after",
    "incompatible: Table queue_jobs has no column run_after: not a schema this adapter knows. It reads 0.8–0.10.",
  ],
])("%s", async (_, change, expected) => {
  await owner.query(change);
  expect(summaryOf(await reader("bitmagnet").read())).toBe(expected);
});

test("a table that is too slow ends in the statement timeout, and is read again once it is fast", async () => {
  await owner.query(`
    ALTER TABLE queue_jobs RENAME TO real_jobs;
    CREATE VIEW queue_jobs AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(0.02) WHERE j.id IS NOT NULL) s`);
  const source = reader("bitmagnet", urlAs(), 300);
  expect(summaryOf(await source.read())).toBe(
    "timeout: The database did not answer within the time a poll may cost it.",
  );
  const running =
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND backend_type = 'client backend'";
  expect((await admin.query(running, [name])).rows).toEqual([{ n: 0 }]);
  await owner.query("DROP VIEW queue_jobs; ALTER TABLE real_jobs RENAME TO queue_jobs");
  expect(summaryOf(await source.read())).toBe("ok");
});

test("a connection that ends during an answer is unreachable, and the next poll opens another", async () => {
  await owner.query(`
    ALTER TABLE queue_jobs RENAME TO real_jobs;
    CREATE VIEW queue_jobs AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(0.02) WHERE j.id IS NOT NULL) s`);
  const source = reader("bitmagnet");
  const outcome = source.read();
  const cut = `SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
               WHERE datname = $1 AND application_name = 'lastbeat' AND state = 'active' AND query LIKE '%queue_jobs GROUP BY%'`;
  await expect.poll(async () => (await admin.query(cut, [name])).rows, SOON).toEqual([{ cut: true }]);
  expect(summaryOf(await outcome)).toMatch(/^unreachable: \S+ is shutting down\.$/);
  await owner.query("DROP VIEW queue_jobs; ALTER TABLE real_jobs RENAME TO queue_jobs");
  expect(summaryOf(await source.read())).toBe("ok");
});

test("does not queue behind a migration's lock", async () => {
  await owner.query("BEGIN; LOCK TABLE queue_jobs IN ACCESS EXCLUSIVE MODE");
  const expected = "timeout: Another session holds a lock on the table, as a migration does.";
  expect(summaryOf(await reader("bitmagnet").read())).toBe(expected);
  await owner.query("ROLLBACK");
});

test("a database dropped under an open connection is unreachable until it exists again", async () => {
  const source = reader("bitmagnet");
  expect(summaryOf(await source.read())).toBe("ok");
  await owner.end();
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await expect
    .poll(async () => summaryOf(await source.read()), SOON)
    .toMatch(/^unreachable: \S+ has no database of that name\.$/);
  await admin.query(`CREATE DATABASE ${name}`);
  owner = await connect(urlAs());
  await owner.query(await schemaSql("bitmagnet"));
  expect(summaryOf(await source.read())).toBe("ok");
});

test.each([
  ["no server", "postgres://role:s3cret@127.0.0.1:1/jobs", "unreachable: 127.0.0.1:1 refuses connections."],
  ["not a URL", "s3cret", "unreachable: The databaseUrl of this source is not a URL."],
])("%s", async (_, databaseUrl, expected) => {
  expect(summaryOf(await reader("bitmagnet", databaseUrl).read())).toBe(expected);
});

test("an unknown role is rejected", async () => {
  const outcome = await reader("bitmagnet", urlAs("nobody_here")).read();
  expect(summaryOf(outcome)).toMatch(/^unauthorized: \S+ refused the sign-in of nobody_here\.$/);
});

/** River's tables in a schema of their own, with four jobs due. */
const river = async (schema: string) => {
  const sql = await readFile(new URL("../adapters/river/schema.sql", import.meta.url), "utf8");
  await owner.query(`CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path = ${schema}; ${sql}`);
  await owner.query(`INSERT INTO river_job (kind, args) SELECT 'mail', '{}' FROM generate_series(1, 4)`);
};

const queued = (outcome: SourceOutcome) =>
  outcome.ok ? outcome.reading.queues.map(({ counts, countsAre }) => [counts.queued, countsAre]) : summaryOf(outcome);

test("tables are read from the configured schema; a table in another schema is reported with it", async () => {
  await river("work");
  const elsewhere =
    "incompatible: There is no table river_job where this source looks; there is one in schema work. Say so in the settings: schema: work";
  expect(summaryOf(await reader("river").read())).toBe(elsewhere);
  const source = createSqlReader({ id: "s", kind: "river", databaseUrl: urlAs(), schema: "work" });
  readers.push(source);
  expect(queued(await source.read())).toEqual([[4, "exact"]]);
});

test("a schema change between two polls is reported, and the table is read again once it is changed back", async () => {
  await river("public");
  const source = reader("river");
  expect(queued(await source.read())).toEqual([[4, "exact"]]);
  await owner.query("ALTER TABLE river_job RENAME COLUMN scheduled_at TO run_at");
  expect(summaryOf(await source.read())).toBe(
    "incompatible: Table river_job has no column scheduled_at: not a schema this adapter knows. It reads 0.0.1–0.51 (migrations 2–8).",
  );
  await owner.query("ALTER TABLE river_job RENAME COLUMN run_at TO scheduled_at");
  expect(queued(await source.read())).toEqual([[4, "exact"]]);
});

test("a cancelled statement loses only its own answer, and is not repeated at once", async () => {
  await river("public");
  await owner.query(`
    ALTER TABLE river_job RENAME TO real_jobs;
    CREATE VIEW river_job AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(0.5) WHERE j.id IS NOT NULL) s`);
  const source = reader("river");
  const outcome = source.read();
  const cancel = `SELECT pg_cancel_backend(pid) AS cut FROM pg_stat_activity
                  WHERE datname = $1 AND application_name = 'lastbeat' AND state = 'active' AND query LIKE '%''available''%'`;
  await expect.poll(async () => (await admin.query(cancel, [name])).rows, SOON).toEqual([{ cut: true }]);
  expect(queued(await outcome)).toEqual([[4, "estimated"]]);
  await owner.query("DROP VIEW river_job; ALTER TABLE real_jobs RENAME TO river_job");
  expect(queued(await source.read())).toEqual([[4, "estimated"]]);
});

test("a table of which nothing can be counted in time is a timeout, and is read again once it is fast", async () => {
  await river("public");
  await owner.query(`
    ALTER TABLE river_job RENAME TO real_jobs;
    CREATE VIEW river_job AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(1) WHERE j.id IS NOT NULL) s`);
  const source = reader("river", urlAs(), 200);
  expect(summaryOf(await source.read())).toBe(
    "timeout: The database did not answer within the time a poll may cost it.",
  );
  await owner.query("DROP VIEW river_job; ALTER TABLE real_jobs RENAME TO river_job");
  expect(queued(await source.read())).toEqual([[4, "estimated"]]);
});

test("behind a pooler in transaction mode every query is independent, including its limits", async () => {
  const { client, close } = await pooled(3);
  const limits = { timeoutMs: 5_000, deadlineMs: Date.now() + 60_000, schema: null };
  const runQuery = readOnlyQueries(client, limits);
  const here = await readingOf(bitmagnet, runQuery, { nowMs: Date.now() });
  const direct = await readingOf(bitmagnet, readOnlyQueries(owner, limits), { nowMs: Date.now() });
  expect(here.queues.map((queue) => queue.counts)).toEqual(direct.queues.map((queue) => queue.counts));
  expect(await runQuery({ name: "limits", text: "SELECT current_setting('statement_timeout') AS s" })).toEqual([
    { s: "5s" },
  ]);
  const short = { name: "count", text: "SELECT current_setting('statement_timeout') AS s", timeoutMs: 1_000 };
  expect(await runQuery(short), "a query with a timeout of its own").toEqual([{ s: "1s" }]);
  await expect(runQuery({ name: "write", text: "DELETE FROM queue_jobs" })).rejects.toMatchObject({ code: "25006" });
  expect(await runQuery({ name: "after", text: "SELECT 1 AS one" })).toEqual([{ one: 1 }]);
  await close();
});

test("a primary is no standby", async () => {
  const outcome = await reader("bitmagnet").read();
  expect(outcome.ok && outcome.reading.standby).toBeNull();
});

test("rolled-back updates are counted with the rollbacks; statistics without rights are not measured, and are no failure", async () => {
  const source = reader("bitmagnet", urlAs(role));
  await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}; GRANT SELECT ON queue_jobs TO ${role}`);
  const writes = async () => {
    const outcome = await source.read();
    if (!outcome.ok) throw new Error(renderReason(outcome.reason));
    return outcome.reading.writes ?? null;
  };
  const before = await writes();
  for (let at = 0; at < 10; at++) {
    await owner.query(
      "BEGIN; UPDATE queue_jobs SET status = 'retry' WHERE id = (SELECT min(id) FROM queue_jobs); ROLLBACK",
    );
  }
  // A session reports its counters at most once a second, and when it ends.
  await owner.end();
  owner = await connect(urlAs());
  const after = await writes();
  expect([(after?.updates ?? 0) - (before?.updates ?? 0), (after?.rollbacks ?? 0) - (before?.rollbacks ?? 0)]).toEqual([
    10, 10,
  ]);
  await owner.query("REVOKE SELECT ON pg_stat_database FROM PUBLIC");
  expect(await writes()).toBeNull();
  await owner.query("GRANT SELECT ON pg_stat_database TO PUBLIC");
  // For new sessions.
  await owner.query(`ALTER DATABASE ${name} SET track_counts = off`);
  const uncounted = await reader("bitmagnet", urlAs(role)).read();
  expect(uncounted.ok && uncounted.reading.writes).toBeNull();
});
