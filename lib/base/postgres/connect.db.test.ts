import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDatabase, type PostgresDatabase } from "@/lib/base/postgres/connect";
import { copyTemplate } from "@/lib/base/postgres/template.testing";

const folders: string[] = [];
async function newFolder(under = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(under, "lastbeat-connect-"));
  folders.push(folder);
  await copyTemplate(folder);
  return folder;
}
const open = (dataDir: string): Promise<PostgresDatabase<unknown>> =>
  openDatabase({ databaseUrl: null, dataDir, log: () => undefined });

let dataDir: string;
let database: PostgresDatabase<unknown>;
beforeAll(async () => {
  dataDir = await newFolder();
  database = await open(dataDir);
});
afterAll(async () => {
  await database.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe("the embedded database", () => {
  test("gives bigint and numeric as numbers", async () => {
    const { rows } = await database.pool.query(
      "SELECT 1700000000000::bigint AS at, 1.5::numeric AS n, null::bigint AS x",
    );
    expect(rows).toEqual([{ at: 1_700_000_000_000, n: 1.5, x: null }]);
  });

  test("keeps statements of several connections apart, also those larger than one read of the socket", async () => {
    const { pool } = database;
    const large = async (size: number) =>
      (await pool.query("SELECT length($1::text) AS n", ["x".repeat(size)])).rows[0].n;
    const small = async (n: number) => (await pool.query("SELECT $1::int AS n", [n])).rows[0].n;
    for (let round = 0; round < 20; round += 1) {
      const lengths = await Promise.all([large(900_000), small(1), small(2), large(400_001), small(3), large(10)]);
      expect(lengths).toEqual([900_000, 1, 2, 400_001, 3, 10]);
    }
  });

  test("continues after a statement that failed, inside a transaction and outside", async () => {
    const { pool, db } = database;
    await expect(pool.query("SELECT 1 / $1::int", [0])).rejects.toThrow("division by zero");
    await expect(pool.query("not sql")).rejects.toThrow("syntax error");
    const failing = db.transaction().execute(async () => {
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("serves one transaction at a time, and rolls it back when its client disconnects", async () => {
    const { pool } = database;
    await pool.query("CREATE TABLE held (n int)");
    const host = join(dataDir, "socket");
    const leaving = new pg.Client({ host, user: "postgres", database: "postgres" });
    leaving.on("error", () => undefined);
    await leaving.connect();
    await leaving.query("BEGIN");
    await leaving.query("INSERT INTO held VALUES (1)");
    let answered = false;
    const waiting = pool.query("SELECT count(*) AS n FROM held").then((result) => {
      answered = true;
      return result.rows;
    });
    await leaving.query("INSERT INTO held VALUES (2)");
    expect(answered).toBe(false);
    await leaving.end();
    expect(await waiting).toEqual([{ n: 0 }]);
  });

  test("closes a connection that does not use the protocol, and serves the others", async () => {
    const socket = connect(join(dataDir, "socket", ".s.PGSQL.5432"));
    const closed = new Promise((done) => socket.once("close", done));
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await closed;
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("refuses a second instance and names the folder", async () => {
    await expect(open(dataDir)).rejects.toThrow(`Another Lastbeat is running on the data folder ${dataDir}`);
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("is accessible to its user only", async () => {
    const modes = await Promise.all([dataDir, join(dataDir, "socket")].map((folder) => stat(folder)));
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700]);
  });
});

test("closing writes a checkpoint and removes lock and socket; the rows are there after the next start", async () => {
  const folder = await newFolder();
  const first = await open(folder);
  await first.pool.query("CREATE TABLE saved AS SELECT n FROM generate_series(1, 1000) AS g (n)");
  const written = await first.pool.query<{ lsn: string }>("SELECT pg_current_wal_insert_lsn()::text AS lsn");
  await Promise.all([first.close(), first.close()]);
  expect((await readdir(folder)).filter((name) => name.startsWith("lastbeat.pid"))).toEqual([]);
  expect(existsSync(join(folder, "socket"))).toBe(false);
  const second = await open(folder);
  const { rows } = await second.pool.query(
    "SELECT count(*) AS n, (SELECT redo_lsn >= $1::pg_lsn FROM pg_control_checkpoint()) AS checkpointed FROM saved",
    [written.rows[0]?.lsn],
  );
  await second.close();
  expect(rows).toEqual([{ n: 1_000, checkpointed: true }]);
});

test("an engine that fails is restarted with everything that was acknowledged", async () => {
  const workers: Worker[] = [];
  const record = (worker: Worker) => void workers.push(worker);
  process.on("worker", record);
  const broken = await open(await newFolder());
  process.off("worker", record);
  await broken.pool.query("CREATE TABLE saved AS SELECT 7 AS n");
  const lent = await broken.pool.connect();
  await workers[0]?.terminate();
  await expect(lent.query("SELECT 1"), "the next statement of an open connection fails").rejects.toThrow();
  lent.release(true);
  await vi.waitFor(
    async () => expect((await broken.pool.query("SELECT n FROM saved")).rows).toEqual([{ n: 7 }]),
    15_000,
  );
  await broken.close();
});

test("a data folder with a long path has its socket elsewhere", async () => {
  const folder = await newFolder(await mkdtemp(join(tmpdir(), "l".repeat(90))));
  const far = await open(folder);
  expect((await far.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await expect(open(folder)).rejects.toThrow("Another Lastbeat is running");
  await far.close();
  await rm(join(folder, ".."), { recursive: true, force: true });
});

describe("a DATABASE_URL that cannot be used is reported in one sentence without its password", () => {
  test.each([
    ["nothing listens", "postgres://app:s3cr3t%21@127.0.0.1:1/db", "ECONNREFUSED"],
    ["no such host", "postgres://app:s3cr3t%21@host.invalid/db", "host.invalid"],
    ["no URL at all", "postgres://app:s3cr3t!@[/db", "DATABASE_URL"],
  ])("%s", async (_, databaseUrl, cause) => {
    const refused = openDatabase({ databaseUrl, dataDir: "", log: () => undefined });
    const error = await refused.then(
      () => null,
      (reason: unknown) => reason,
    );
    const message = error instanceof Error ? `${error.message} ${error.stack}` : "";
    expect(message).toContain(cause);
    expect(message).not.toContain("s3cr3t");
  });
});
