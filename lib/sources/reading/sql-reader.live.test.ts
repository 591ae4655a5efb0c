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
/** On a busy machine too; by itself vitest waits for a second. */
const SOON = { timeout: 30_000 };
const readers: SourceReader[] = [];
let admin: Client;
let owner: Client;

const urlAs = (user?: string): string => databaseUrl({ database: name, ...(user === undefined ? {} : { user }) });

function reader(kind: TableKind, databaseUrl = urlAs(), statementTimeoutMs?: number): SourceReader {
  const made = createSqlReader({ id: "s", kind, databaseUrl }, statementTimeoutMs);
  readers.push(made);
  return made;
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
  await Promise.all(readers.splice(0).map((one) => one.close()));
  await owner.end();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

afterAll(async () => {
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
});

/**
 * As a pooler in transaction mode behaves: every transaction goes to another server session, which is emptied after it
 * (DISCARD ALL); outside of one nothing may be set, and a statement prepared under a name is not found again.
 */
async function pooled(size: number): Promise<{ readonly client: Pooled; readonly close: () => Promise<void> }> {
  const backends = await Promise.all(Array.from({ length: size }, () => connect(urlAs())));
  let turn = 0;
  let held: Client | null = null;
  const query = async (text: string | { readonly name?: string }, values?: unknown[]) => {
    if (typeof text !== "string") throw new Error("a statement with a name");
    held ??= /^BEGIN/.test(text) ? (backends[turn++ % size] ?? null) : null;
    if (held === null) throw new Error(`outside of a transaction: ${text}`);
    const session = held;
    const answer = await session.query(text, values);
    if (/^(COMMIT|ROLLBACK)$/.test(text)) {
      await session.query("DISCARD ALL");
      held = null;
    }
    return answer;
  };
  return { client: { query }, close: () => Promise.all(backends.map((one) => one.end())).then(() => {}) };
}

interface Pooled {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** `ok`, or the state and the words of a refusal; no secret in either. */
function told(outcome: SourceOutcome): string {
  expect(JSON.stringify(outcome)).not.toContain("s3cret");
  return outcome.ok ? "ok" : `${outcome.state}: ${renderReason(outcome.reason)}`;
}

test("a role that may write changes nothing, and could not if it tried", async () => {
  const fingerprint = "SELECT md5(string_agg(q::text || q.xmin || q.ctid, ',' ORDER BY id)) AS md5 FROM queue_jobs q";
  const before = await owner.query(fingerprint);
  const outcome = await reader("bitmagnet").read();
  expect(told(outcome)).toBe("ok");
  expect((await owner.query(fingerprint)).rows).toEqual(before.rows);

  const ask = readOnlyQueries(owner, { timeoutMs: 5_000, deadlineMs: Date.now() + 60_000, schema: null });
  for (const text of [
    "DELETE FROM queue_jobs",
    "CREATE TABLE t (n int)",
    "SELECT 1 FROM queue_jobs LIMIT 1 FOR UPDATE",
  ]) {
    await expect(ask({ name: "write", text })).rejects.toMatchObject({ code: "25006" });
  }
  const limits =
    "SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l, current_setting('max_parallel_workers_per_gather') AS p";
  expect(await ask({ name: "limits", text: limits })).toEqual([{ s: "5s", l: "1s", p: "0" }]);
  const left = await owner.query(
    "SELECT current_setting('lock_timeout') AS l, current_setting('transaction_read_only') AS r",
  );
  expect(left.rows).toEqual([{ l: "0", r: "off" }]);
});

test("counts are those of the table, over one named connection however often it is asked", async () => {
  const one = reader("bitmagnet");
  const [first, second] = await Promise.all([one.read(), one.read()]);
  expect(second).toBe(first);
  const third = await one.read();
  if (!third.ok) throw new Error(renderReason(third.reason));
  expect(third.reading.queues.map((queue) => [queue.counts, queue.retry, queue.countsAre])).toEqual([
    [{ queued: 100, running: 0, retry: 100, failed: 100, done: 100 }, { due: 100, later: 0 }, "exact"],
  ]);
  const seen = await admin.query(
    "SELECT application_name, state FROM pg_stat_activity WHERE datname = $1 AND pid <> $2 AND backend_type = 'client backend'",
    [name, (await owner.query("SELECT pg_backend_pid() AS pid")).rows[0].pid],
  );
  expect(seen.rows).toEqual([{ application_name: "lastbeat", state: "idle" }]);
});

test("a job in hand is a row lock somebody holds", async () => {
  await owner.query("BEGIN; SELECT id FROM queue_jobs WHERE status = 'pending' LIMIT 1 FOR UPDATE SKIP LOCKED");
  const outcome = await reader("bitmagnet").read();
  const queue = outcome.ok ? outcome.reading.queues[0] : undefined;
  expect([queue?.counts.running, queue?.stuck]).toEqual([1, 0]);
  await owner.query("ROLLBACK");
});

test("a missing right is named with the grant that gives it, and with it the source reads", async () => {
  const one = reader("bitmagnet", urlAs(role));
  const refused = `unauthorized: ${role} may not read everything this source needs. Run: GRANT SELECT ON queue_jobs TO ${role};`;
  expect(told(await one.read())).toBe(refused);
  await owner.query("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
  const shut = `unauthorized: Table queue_jobs is in a schema this role may not use. Run: GRANT USAGE ON SCHEMA public TO ${role};`;
  expect(told(await one.read())).toBe(shut);
  await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}; GRANT SELECT ON queue_jobs TO ${role}`);
  expect(told(await one.read())).toBe("ok");
});

test("PeerTube is read with rights on the columns read alone: tokens and payloads stay shut", async () => {
  await owner.query(`
    INSERT INTO runner ("runnerToken", name, "lastContact", ip, "createdAt", "updatedAt")
    VALUES ('s3cret', 'gpu-1', now(), '::1', now(), now());
    GRANT SELECT (id, name, "lastContact") ON runner TO ${role};
    GRANT SELECT (uuid, type, state, progress, failures, error, "runnerId", "startedAt", "updatedAt", "finishedAt")
      ON "runnerJob" TO ${role}`);
  const outcome = await reader("peertube", urlAs(role)).read();
  expect(told(outcome)).toBe("ok");
  expect(outcome.ok && outcome.reading.runners?.map((one) => one.name)).toEqual(["gpu-1"]);
});

test.each([
  ["a table that is not there", "DROP TABLE queue_jobs", "incompatible: There is no table queue_jobs in this database"],
  [
    "a column that is not there",
    "ALTER TABLE queue_jobs DROP COLUMN run_after",
    "incompatible: Table queue_jobs has no column run_after: not a schema this adapter knows.",
  ],
])("%s", async (_, change, expected) => {
  await owner.query(change);
  expect(told(await reader("bitmagnet").read())).toBe(expected);
});

test("a table too slow to read ends by the database's own timeout, and is read once it is fast again", async () => {
  await owner.query(`
    ALTER TABLE queue_jobs RENAME TO real_jobs;
    CREATE VIEW queue_jobs AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(0.02) WHERE j.id IS NOT NULL) s`);
  const one = reader("bitmagnet", urlAs(), 300);
  expect(told(await one.read())).toBe("timeout: The database did not answer within the time a poll may cost it.");
  const running =
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND backend_type = 'client backend'";
  expect((await admin.query(running, [name])).rows).toEqual([{ n: 0 }]);
  await owner.query("DROP VIEW queue_jobs; ALTER TABLE real_jobs RENAME TO queue_jobs");
  expect(told(await one.read())).toBe("ok");
});

test("a connection cut in the middle of an answer is unreachable, and the next poll takes a new one", async () => {
  await owner.query(`
    ALTER TABLE queue_jobs RENAME TO real_jobs;
    CREATE VIEW queue_jobs AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(0.02) WHERE j.id IS NOT NULL) s`);
  const one = reader("bitmagnet");
  const outcome = one.read();
  const cut = `SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
               WHERE datname = $1 AND application_name = 'lastbeat' AND state = 'active' AND query LIKE '%queue_jobs GROUP BY%'`;
  await expect.poll(async () => (await admin.query(cut, [name])).rows, SOON).toEqual([{ cut: true }]);
  expect(told(await outcome)).toMatch(/^unreachable: \S+ is shutting down\.$/);
  await owner.query("DROP VIEW queue_jobs; ALTER TABLE real_jobs RENAME TO queue_jobs");
  expect(told(await one.read())).toBe("ok");
});

test("it does not queue behind a migration's lock", async () => {
  await owner.query("BEGIN; LOCK TABLE queue_jobs IN ACCESS EXCLUSIVE MODE");
  const expected = "timeout: Another session holds a lock on the table, as a migration does.";
  expect(told(await reader("bitmagnet").read())).toBe(expected);
  await owner.query("ROLLBACK");
});

test("a database that goes away under an open connection is unreachable, and back is back", async () => {
  const one = reader("bitmagnet");
  expect(told(await one.read())).toBe("ok");
  await owner.end();
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await expect
    .poll(async () => told(await one.read()), SOON)
    .toMatch(/^unreachable: \S+ has no database of that name\.$/);
  await admin.query(`CREATE DATABASE ${name}`);
  owner = await connect(urlAs());
  await owner.query(await schemaSql("bitmagnet"));
  expect(told(await one.read())).toBe("ok");
});

test.each([
  ["nobody listens", "postgres://role:s3cret@127.0.0.1:1/jobs", "unreachable: 127.0.0.1:1 refuses connections."],
  ["not a URL", "s3cret", "unreachable: The databaseUrl of this source is not a URL."],
])("%s", async (_, databaseUrl, expected) => {
  expect(told(await reader("bitmagnet", databaseUrl).read())).toBe(expected);
});

test("a role the server does not know is refused", async () => {
  const outcome = await reader("bitmagnet", urlAs("nobody_here")).read();
  expect(told(outcome)).toMatch(/^unauthorized: \S+ refused the sign-in of nobody_here\.$/);
});

/** River's tables in a schema of their own, with four jobs due. */
const river = async (schema: string) => {
  const sql = await readFile(new URL("../adapters/river/schema.sql", import.meta.url), "utf8");
  await owner.query(`CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path = ${schema}; ${sql}`);
  await owner.query(`INSERT INTO river_job (kind, args) SELECT 'mail', '{}' FROM generate_series(1, 4)`);
};

const queued = (outcome: SourceOutcome) =>
  outcome.ok ? outcome.reading.queues.map((one) => [one.counts.queued, one.countsAre]) : told(outcome);

test("tables are looked for in the schema that was set, and where they are is said", async () => {
  await river("work");
  const elsewhere =
    "incompatible: There is no table river_job where this source looks; there is one in schema work. Say so in the settings: schema: work";
  expect(told(await reader("river").read())).toBe(elsewhere);
  const one = createSqlReader({ id: "s", kind: "river", databaseUrl: urlAs(), schema: "work" });
  readers.push(one);
  expect(queued(await one.read())).toEqual([[4, "exact"]]);
});

test("a schema that changes between two polls is named, and changed back it is read again", async () => {
  await river("public");
  const one = reader("river");
  expect(queued(await one.read())).toEqual([[4, "exact"]]);
  await owner.query("ALTER TABLE river_job RENAME COLUMN scheduled_at TO run_at");
  expect(told(await one.read())).toBe(
    "incompatible: Table river_job has no column scheduled_at: not a schema this adapter knows.",
  );
  await owner.query("ALTER TABLE river_job RENAME COLUMN run_at TO scheduled_at");
  expect(queued(await one.read())).toEqual([[4, "exact"]]);
});

test("a statement somebody cancels costs its own answer only, and is not asked again at once", async () => {
  await river("public");
  await owner.query(`
    ALTER TABLE river_job RENAME TO real_jobs;
    CREATE VIEW river_job AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(0.5) WHERE j.id IS NOT NULL) s`);
  const one = reader("river");
  const outcome = one.read();
  const cancel = `SELECT pg_cancel_backend(pid) AS cut FROM pg_stat_activity
                  WHERE datname = $1 AND application_name = 'lastbeat' AND state = 'active' AND query LIKE '%''available''%'`;
  await expect.poll(async () => (await admin.query(cancel, [name])).rows, SOON).toEqual([{ cut: true }]);
  expect(queued(await outcome)).toEqual([[4, "estimated"]]);
  await owner.query("DROP VIEW river_job; ALTER TABLE real_jobs RENAME TO river_job");
  expect(queued(await one.read())).toEqual([[4, "estimated"]]);
});

test("a table of which nothing can be counted in time is a timeout, and is read again once it is fast", async () => {
  await river("public");
  await owner.query(`
    ALTER TABLE river_job RENAME TO real_jobs;
    CREATE VIEW river_job AS SELECT j.* FROM real_jobs j, LATERAL (SELECT pg_sleep(1) WHERE j.id IS NOT NULL) s`);
  const one = reader("river", urlAs(), 200);
  expect(told(await one.read())).toBe("timeout: The database did not answer within the time a poll may cost it.");
  await owner.query("DROP VIEW river_job; ALTER TABLE real_jobs RENAME TO river_job");
  expect(queued(await one.read())).toEqual([[4, "estimated"]]);
});

test("behind a pooler in transaction mode every question stands by itself, limits included", async () => {
  const { client, close } = await pooled(3);
  const limits = { timeoutMs: 5_000, deadlineMs: Date.now() + 60_000, schema: null };
  const ask = readOnlyQueries(client, limits);
  const here = await readingOf(bitmagnet, ask, { nowMs: Date.now() });
  const direct = await readingOf(bitmagnet, readOnlyQueries(owner, limits), { nowMs: Date.now() });
  expect(here.queues.map((queue) => queue.counts)).toEqual(direct.queues.map((queue) => queue.counts));
  expect(await ask({ name: "limits", text: "SELECT current_setting('statement_timeout') AS s" })).toEqual([
    { s: "5s" },
  ]);
  const hurried = { name: "count", text: "SELECT current_setting('statement_timeout') AS s", withinMs: 1_000 };
  expect(await ask(hurried), "a count with an estimate behind it has a limit of its own").toEqual([{ s: "1s" }]);
  await expect(ask({ name: "write", text: "DELETE FROM queue_jobs" })).rejects.toMatchObject({ code: "25006" });
  expect(await ask({ name: "after", text: "SELECT 1 AS one" })).toEqual([{ one: 1 }]);
  await close();
});

test("a primary is no standby", async () => {
  const outcome = await reader("bitmagnet").read();
  expect(outcome.ok && outcome.reading.standby).toBeNull();
});

test("updates that are rolled back are counted with the rollbacks; shut statistics are not measured, and refuse nothing", async () => {
  const one = reader("bitmagnet", urlAs(role));
  await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}; GRANT SELECT ON queue_jobs TO ${role}`);
  const writes = async () => {
    const outcome = await one.read();
    if (!outcome.ok) throw new Error(renderReason(outcome.reason));
    return outcome.reading.writes ?? null;
  };
  const before = await writes();
  for (let at = 0; at < 10; at++) {
    await owner.query(
      "BEGIN; UPDATE queue_jobs SET status = 'retry' WHERE id = (SELECT min(id) FROM queue_jobs); ROLLBACK",
    );
  }
  // A session hands over its counters at most once a second, and at once when it ends.
  await owner.end();
  owner = await connect(urlAs());
  const after = await writes();
  expect([(after?.updates ?? 0) - (before?.updates ?? 0), (after?.rollbacks ?? 0) - (before?.rollbacks ?? 0)]).toEqual([
    10, 10,
  ]);
  await owner.query("REVOKE SELECT ON pg_stat_database FROM PUBLIC");
  expect(await writes()).toBeNull();
  await owner.query("GRANT SELECT ON pg_stat_database TO PUBLIC");
  // For sessions that begin from now on.
  await owner.query(`ALTER DATABASE ${name} SET track_counts = off`);
  const uncounted = await reader("bitmagnet", urlAs(role)).read();
  expect(uncounted.ok && uncounted.reading.writes).toBeNull();
});
