import "server-only";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MariadbServer, startMariadb } from "@/e2e/world/mariadb";
import { renderReason } from "@/lib/base/messages/render-reason";
import { type Queries, statementFault } from "@/lib/sources/adapters/sql/queries";
import { createMysqlReader } from "@/lib/sources/reading/mysql-reader";

const SCHEMA = `
CREATE DATABASE app; USE app;
CREATE TABLE own_jobs (topic varchar(40), phase varchar(10), tries int, due datetime, why text);
CREATE TABLE own_workers (name varchar(40), seen datetime);
INSERT INTO own_jobs VALUES ('mail', 'queued', 0, utc_timestamp() - INTERVAL 30 SECOND, NULL),
  ('mail', 'retry', 2, utc_timestamp() - INTERVAL 90 SECOND, 'no route to 10.0.0.7'),
  ('mail', 'retry', 1, utc_timestamp() + INTERVAL 90 SECOND, 'no route to 10.0.0.8'), ('résumé', 'running', 0, NULL, NULL);
INSERT INTO own_workers VALUES ('one', utc_timestamp() - INTERVAL 7 SECOND);
CREATE USER monitor@'127.0.0.1'; GRANT SELECT ON app.* TO monitor@'127.0.0.1';`;

const COUNTS = "SELECT topic AS queue, phase AS state, count(*) AS `count` FROM own_jobs GROUP BY 1, 2; -- by topic";
const QUERIES = {
  counts: COUNTS,
  oldest: `SELECT topic AS queue, max(timestampdiff(SECOND, due, utc_timestamp())) AS seconds FROM own_jobs WHERE tries > 0 GROUP BY 1`,
  retry: `SELECT topic AS queue, sum(due <= utc_timestamp()) AS due, sum(due > utc_timestamp()) AS later
          FROM own_jobs WHERE phase = 'retry' GROUP BY 1`,
  errors: "SELECT topic AS queue, why AS error, 1 AS `count` FROM own_jobs WHERE why IS NOT NULL",
  owners: `SELECT name, timestampdiff(SECOND, seen, utc_timestamp()) AS silent_seconds, 60 AS limit_seconds FROM own_workers`,
};

let server: MariadbServer;
beforeAll(async () => {
  server = await startMariadb();
  await server.admin.query(SCHEMA);
});
afterAll(() => server.stop());

async function outcomeOf(queries: Queries) {
  const databaseUrl = `mysql://monitor@127.0.0.1:${server.port}/app`;
  const source = createMysqlReader({ id: "s", kind: "sql", databaseUrl, queries }, 500);
  const outcome = await source.read(null);
  await source.close();
  return outcome;
}
const faultOf = async (queries: Queries) => {
  const outcome = await outcomeOf(queries);
  return outcome.ok ? "none" : `${outcome.state}: ${renderReason(outcome.reason)}`;
};

test("own statements are read as on PostgreSQL", async () => {
  expect(Object.values(QUERIES).map(statementFault)).toEqual([null, null, null, null, null]);
  const outcome = await outcomeOf(QUERIES);
  if (!outcome.ok) throw new Error(renderReason(outcome.reason));
  const [mail, other] = outcome.reading.queues;
  expect(mail).toMatchObject({ queue: "mail", counts: { queued: 1, retry: 2, running: 0, done: null } });
  expect([mail?.retry, mail?.errors.map(({ group, count }) => [group, count])]).toEqual([
    { due: 1, later: 1 },
    [["no route to #", 2]],
  ]);
  expect(mail?.oldestDueSeconds).toBeGreaterThanOrEqual(90);
  expect([other?.queue, other?.counts.running]).toEqual(["résumé", 1]);
  expect(outcome.reading.runners?.map(({ name, deadAfterSeconds }) => [name, deadAfterSeconds])).toEqual([["one", 60]]);
});

test("all faults of the statements are reported at once", async () => {
  const fault = await faultOf({
    counts: "SELECT topic AS queue, phase AS state FROM own_jobs",
    oldest: "SELECT topic AS queue, phase AS seconds FROM own_jobs",
    retry: "SELECT FROM WHERE",
    errors: "SELECT * FROM nothing",
    owners: "SELECT nobody FROM own_workers",
  });
  expect(fault).toMatch(/^incompatible: /);
  for (const part of ["queries.counts", "queries.oldest", "queries.retry", "queries.errors", "queries.owners"]) {
    expect(fault).toContain(part);
  }
});

test("nothing is written and no file, by whatever statement", async () => {
  await server.admin.query("GRANT ALL ON *.* TO monitor@'127.0.0.1'");
  await server.admin.query("CREATE SEQUENCE app.numbers");
  const counting = (text: string) =>
    faultOf({ counts: `SELECT 'q' AS queue, 'queued' AS state, ${text} AS \`count\`` });
  expect(await counting("nextval(app.numbers)")).not.toBe("none");
  expect(await faultOf({ counts: `${COUNTS.split(";")[0]} INTO OUTFILE '/tmp/lastbeat-outfile'` })).toMatch(
    /queries\.counts/,
  );
  expect(await faultOf({ counts: "SELECT 1) AS q; DELETE FROM own_jobs; SELECT (1" })).toMatch(/queries\.counts/);
  const [rows] = await server.admin.query("SELECT count(*) AS jobs FROM app.own_jobs");
  expect(rows).toEqual([{ jobs: 4 }]);
});

test("a statement that is too slow is a time-out, and a killed one a closed connection", async () => {
  const slow = (seconds: number) =>
    faultOf({ counts: `SELECT topic AS queue, phase AS state, sleep(${seconds}) AS \`count\` FROM own_jobs` });
  expect(await slow(60)).toBe("timeout: The database did not answer within the time a poll may cost it.");
  const databaseUrl = `mysql://monitor@127.0.0.1:${server.port}/app`;
  const counts = "SELECT topic AS queue, phase AS state, sleep(60) AS `count` FROM own_jobs";
  const source = createMysqlReader({ id: "s", kind: "sql", databaseUrl, queries: { counts } });
  const poll = source.read(null);
  const RUNNING = "SELECT id FROM information_schema.processlist WHERE user = 'monitor' AND info LIKE '%sleep%'";
  await expect.poll(async () => (await server.admin.query(RUNNING))[0], { timeout: 4_000 }).toHaveLength(1);
  await server.admin.query("KILL USER monitor@'127.0.0.1'");
  const outcome = await poll;
  await source.close();
  expect(outcome.ok ? "none" : renderReason(outcome.reason)).toBe(`127.0.0.1:${server.port} closed the connection.`);
});
