import "server-only";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MariadbServer, startMariadb } from "@/e2e/world/mariadb";
import { renderReason } from "@/lib/base/messages/render-reason";
import { type ExampleJobs, JOBS, reads } from "@/lib/sources/adapters/readings.testing";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { laravelMysql } from "@/lib/sources/mysql/laravel/laravel";
import { createMysqlReader } from "@/lib/sources/reading/mysql-reader";
import type { SourceReader } from "@/lib/sources/reading/source-reader";

/** As the migrations of Laravel 12 create them (Queue/Console/stubs). */
const SCHEMA = `
DROP DATABASE IF EXISTS app; CREATE DATABASE app; USE app;
CREATE TABLE jobs (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, queue varchar(255) NOT NULL, payload longtext NOT NULL,
  attempts tinyint unsigned NOT NULL, reserved_at int unsigned, available_at int unsigned NOT NULL,
  created_at int unsigned NOT NULL, KEY jobs_queue_index (queue));
CREATE TABLE failed_jobs (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, uuid varchar(255) NOT NULL UNIQUE,
  connection varchar(255) NOT NULL, queue varchar(255) NOT NULL, payload longtext NOT NULL, exception longtext NOT NULL,
  failed_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
GRANT SELECT ON app.* TO monitor@'127.0.0.1';`;

const NEVER = ["done"];
/** Every character that ends a URL early. */
const PASSWORD = "p@ss/w?o#r:d %41&é";

let server: MariadbServer;
let source: SourceReader<never>;
beforeAll(async () => {
  server = await startMariadb();
  await server.admin.query(`CREATE USER monitor@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.admin.query(SCHEMA);
  source = createMysqlReader({ id: "s", kind: "laravel", databaseUrl: url() });
  return () => source.close();
});

const url = (password = PASSWORD, database = "app") =>
  `mariadb://monitor:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`;
const place = () => `127.0.0.1:${server.port}`;
const read = async (previous?: SourceReading): Promise<SourceReading> => {
  const outcome = await source.read(previous ?? null);
  if (!outcome.ok) throw new Error(renderReason(outcome.reason));
  return outcome.reading;
};
const failure = async (reader = source) => {
  const outcome = await reader.read(null);
  return outcome.ok ? "none" : `${outcome.state}: ${renderReason(outcome.reason)}`;
};
const failureWith = async (databaseUrl: string) => {
  const reader = createMysqlReader({ id: "s", kind: "laravel", databaseUrl });
  const why = await failure(reader);
  await reader.close();
  return why;
};

async function add({ state, count, dueSeconds, startedSeconds, error }: ExampleJobs): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    if (state === "failed") {
      const text = `${error} ${number}\n#0 /app/s3cret.php`;
      await server.admin.query(
        "INSERT INTO failed_jobs (uuid, connection, queue, payload, exception) VALUES (uuid(), 'database', 'default', 's3cret', ?)",
        [text],
      );
      continue;
    }
    const attempts = state.startsWith("retry") || state === "running" ? 1 : 0;
    await server.admin.query(
      `INSERT INTO jobs (queue, payload, attempts, reserved_at, available_at, created_at)
       VALUES ('default', 's3cret', ?, IF(?, unix_timestamp() - ?, NULL), unix_timestamp() - ?, unix_timestamp())`,
      [attempts, state === "running", startedSeconds, dueSeconds],
    );
  }
}

describe("as every job system", () => {
  reads({
    capabilities: laravelMysql(90).capabilities,
    queue: "default",
    has: (state) => !NEVER.includes(state),
    add,
    read,
    errorsIn: ["failed"],
    generation: "≥ 12",
  });
});

test("a reading contains nothing of a payload, and the time of an error is UTC in any zone of the server", async () => {
  await server.admin.query("SET GLOBAL time_zone = '+09:00'");
  for (const jobs of JOBS) if (jobs.state !== "done") await add(jobs);
  const reading = await read();
  expect(JSON.stringify(reading)).not.toContain("s3cret");
  const seenMs = reading.queues.flatMap(({ errors }) => errors.map(({ lastSeenMs }) => lastSeenMs ?? 0));
  expect(seenMs.map((ms) => Math.abs(Date.now() - ms) < 60_000)).toEqual([true]);
});

test("without failed_jobs the reading says so", async () => {
  await server.admin.query("DROP TABLE app.failed_jobs");
  await add({ state: "queued", count: 1, dueSeconds: 5, startedSeconds: 0, error: null });
  const reading = await read();
  expect([reading.lacks?.map(({ code }) => code), reading.queues[0]?.counts.failed]).toEqual([
    ["lacksFailedJobs"],
    null,
  ]);
});

describe("a fault is reported by what to do", () => {
  test("a wrong password, a missing database, and a server that is away", async () => {
    expect(await failureWith(url("another"))).toBe(`unauthorized: ${place()} refused the sign-in of monitor.`);
    await server.admin.query("GRANT SELECT ON gone.* TO monitor@'127.0.0.1'");
    expect(await failureWith(url(PASSWORD, "gone"))).toBe(`unreachable: ${place()} has no database of that name.`);
    const closed = url().replace(`:${server.port}/`, ":1/");
    expect(await failureWith(closed)).toMatch(/^unreachable: .*127\.0\.0\.1:1/);
  });

  test("a missing right, with the statement that gives it", async () => {
    await server.admin.query("REVOKE SELECT ON app.* FROM monitor@'127.0.0.1'");
    const ofDatabase = "GRANT SELECT ON `app`.* TO 'monitor'@'127.0.0.1';";
    expect(await failureWith(url())).toBe(
      `unauthorized: monitor may not read everything this source needs. Run: ${ofDatabase}`,
    );
    await server.admin.query("GRANT SELECT ON app.failed_jobs TO monitor@'127.0.0.1'");
    const ofTable = "GRANT SELECT ON `app`.`jobs` TO 'monitor'@'127.0.0.1';";
    expect(await failureWith(url())).toBe(
      `unauthorized: monitor may not read everything this source needs. Run: ${ofTable}`,
    );
    await server.admin.query(ofTable);
    expect(await failureWith(url())).toBe("none");
    await server.admin.query("REVOKE ALL PRIVILEGES, GRANT OPTION FROM monitor@'127.0.0.1'");
  });

  test("a missing table and a missing column", async () => {
    await server.admin.query("ALTER TABLE app.jobs RENAME COLUMN attempts TO tries");
    expect(await failure()).toMatch(/^incompatible: .*attempts/);
    await server.admin.query("DROP TABLE app.jobs");
    expect(await failure()).toMatch(/^incompatible: .*jobs/);
  });

  test("a statement beyond its time is cancelled by the server, which runs nothing of ours afterwards", async () => {
    await server.admin.query(
      "DROP TABLE app.jobs; CREATE VIEW app.jobs AS SELECT 'q' AS queue, 0 AS attempts, NULL AS reserved_at, sleep(60) AS available_at",
    );
    const reader = createMysqlReader({ id: "s", kind: "laravel", databaseUrl: url() }, 200);
    expect(await failure(reader)).toBe("timeout: The database did not answer within the time a poll may cost it.");
    await reader.close();
    const [running] = await server.admin.query(
      "SELECT id FROM information_schema.processlist WHERE user = 'monitor' AND info LIKE '%sleep%'",
    );
    expect(running).toEqual([]);
  });

  test("a lock of a migration, after which the next poll reads again", async () => {
    expect(await failure()).toBe("none");
    await server.admin.query("LOCK TABLES app.jobs WRITE");
    expect(await failure()).toMatch(/^timeout: Another session holds a lock on the table/);
    await server.admin.query("UNLOCK TABLES");
    expect(await failure()).toBe("none");
  });

  test("a statement that ran out of its time holds no lock that a migration waits for", async () => {
    await server.admin.query(
      `USE app; RENAME TABLE failed_jobs TO failed;
       CREATE VIEW failed_jobs AS SELECT id + sleep(60) AS id, queue, exception, failed_at FROM failed;
       INSERT INTO failed (uuid, connection, queue, payload, exception) VALUES (uuid(), 'd', 'q', '', 'e');
       SET SESSION lock_wait_timeout = 2`,
    );
    const reader = createMysqlReader({ id: "s", kind: "laravel", databaseUrl: url() }, 200);
    expect(await failure(reader)).toBe("none");
    await server.admin.query("ALTER TABLE failed ADD COLUMN more int");
    await reader.close();
  });

  test("a connection that was killed is opened again at the next poll", async () => {
    expect(await failure()).toBe("none");
    await server.admin.query("KILL USER monitor@'127.0.0.1'");
    expect(await failure()).toBe(`unreachable: ${place()} closed the connection.`);
    expect(await failure()).toBe("none");
  });
});
