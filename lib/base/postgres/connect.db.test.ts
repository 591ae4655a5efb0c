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

  test("keeps statements of neighbours apart, also those larger than one read of the socket", async () => {
    const { pool } = database;
    const large = async (size: number) =>
      (await pool.query("SELECT length($1::text) AS n", ["x".repeat(size)])).rows[0].n;
    const small = async (n: number) => (await pool.query("SELECT $1::int AS n", [n])).rows[0].n;
    for (let round = 0; round < 20; round += 1) {
      const told = await Promise.all([large(900_000), small(1), small(2), large(400_001), small(3), large(10)]);
      expect(told).toEqual([900_000, 1, 2, 400_001, 3, 10]);
    }
  });

  test("goes on after a statement that failed, inside a transaction and outside", async () => {
    const { pool, db } = database;
    await expect(pool.query("SELECT 1 / $1::int", [0])).rejects.toThrow("division by zero");
    await expect(pool.query("not sql")).rejects.toThrow("syntax error");
    const failing = db.transaction().execute(async () => {
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("serves a transaction alone, and rolls back the one of a client that went away", async () => {
    const { pool } = database;
    await pool.query("CREATE TABLE held (n int)");
    const host = join(dataDir, "socket");
    const gone = new pg.Client({ host, user: "postgres", database: "postgres" });
    gone.on("error", () => undefined);
    await gone.connect();
    await gone.query("BEGIN");
    await gone.query("INSERT INTO held VALUES (1)");
    let answered = false;
    const waiting = pool.query("SELECT count(*) AS n FROM held").then((result) => {
      answered = true;
      return result.rows;
    });
    await gone.query("INSERT INTO held VALUES (2)");
    expect(answered).toBe(false);
    await gone.end();
    expect(await waiting).toEqual([{ n: 0 }]);
  });

  test("closes a connection that does not speak the protocol, and serves the others", async () => {
    const socket = connect(join(dataDir, "socket", ".s.PGSQL.5432"));
    const closed = new Promise((done) => socket.once("close", done));
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await closed;
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("is refused to a second instance, by name of the folder", async () => {
    await expect(open(dataDir)).rejects.toThrow(`Another Lastbeat is running on the data folder ${dataDir}`);
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("can be reached by nobody else", async () => {
    const modes = await Promise.all([dataDir, join(dataDir, "socket")].map((folder) => stat(folder)));
    expect(modes.map((one) => one.mode & 0o777)).toEqual([0o700, 0o700]);
  });
});

test("closing writes a checkpoint, leaves no lock and no socket, and the rows are there next time", async () => {
  const folder = await newFolder();
  const first = await open(folder);
  await first.pool.query("CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) AS g (n)");
  const written = await first.pool.query<{ lsn: string }>("SELECT pg_current_wal_insert_lsn()::text AS lsn");
  await Promise.all([first.close(), first.close()]);
  expect((await readdir(folder)).filter((name) => name.startsWith("lastbeat.pid"))).toEqual([]);
  expect(existsSync(join(folder, "socket"))).toBe(false);
  const second = await open(folder);
  const { rows } = await second.pool.query(
    "SELECT count(*) AS n, (SELECT redo_lsn >= $1::pg_lsn FROM pg_control_checkpoint()) AS checkpointed FROM kept",
    [written.rows[0]?.lsn],
  );
  await second.close();
  expect(rows).toEqual([{ n: 1_000, checkpointed: true }]);
});

test("an engine that breaks is started again, with all that was acknowledged", async () => {
  const workers: Worker[] = [];
  const remember = (worker: Worker) => void workers.push(worker);
  process.on("worker", remember);
  const broken = await open(await newFolder());
  process.off("worker", remember);
  await broken.pool.query("CREATE TABLE kept AS SELECT 7 AS n");
  const lent = await broken.pool.connect();
  await workers[0]?.terminate();
  await expect(lent.query("SELECT 1"), "who holds a connection is told by its next statement").rejects.toThrow();
  lent.release(true);
  await vi.waitFor(
    async () => expect((await broken.pool.query("SELECT n FROM kept")).rows).toEqual([{ n: 7 }]),
    15_000,
  );
  await broken.close();
});

test("a data folder with a long name has its socket elsewhere", async () => {
  const folder = await newFolder(await mkdtemp(join(tmpdir(), "l".repeat(90))));
  const far = await open(folder);
  expect((await far.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await expect(open(folder)).rejects.toThrow("Another Lastbeat is running");
  await far.close();
  await rm(join(folder, ".."), { recursive: true, force: true });
});

describe("a DATABASE_URL that cannot be used is told in one sentence, without its password", () => {
  test.each([
    ["nobody listens", "postgres://app:s3cr3t%21@127.0.0.1:1/db", "ECONNREFUSED"],
    ["no such host", "postgres://app:s3cr3t%21@host.invalid/db", "host.invalid"],
    ["no URL at all", "postgres://app:s3cr3t!@[/db", "DATABASE_URL"],
  ])("%s", async (_, databaseUrl, named) => {
    const refused = openDatabase({ databaseUrl, dataDir: "", log: () => undefined });
    const error = await refused.then(
      () => null,
      (reason: unknown) => reason,
    );
    const message = error instanceof Error ? `${error.message} ${error.stack}` : "";
    expect(message).toContain(named);
    expect(message).not.toContain("s3cr3t");
  });
});
