import "server-only";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { type InMemory, inMemory } from "@/lib/base/postgres/in-memory.testing";
import { resetting } from "@/lib/base/postgres/reset.testing";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { SourceReading } from "@/lib/sources/jobs/job";
import type { Adapter, RunQuery } from "@/lib/sources/jobs/source";
import { readOnlyAsk } from "@/lib/sources/reading/read";

/** For tests only: a PostgreSQL of our own with one fixture's tables. One per test file; `reset` empties it. */
export interface Tables {
  readonly ask: RunQuery;
  run(sql: string): Promise<void>;
  /** Every row of a table; read again only after something was run. */
  all(table: string): Promise<readonly unknown[]>;
  /** Drops everything and loads a fixture. */
  reset(fixture: string): Promise<void>;
  close(): Promise<void>;
}

export async function openTables(): Promise<Tables> {
  const db = await inMemory();
  const reset = resetting(db, async (sql) => {
    await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${sql}`);
  });
  const read = new Map<string, Promise<readonly unknown[]>>();
  return {
    ask: askAs(db, []),
    run: async (sql) => {
      read.clear();
      await db.exec(sql);
    },
    all: (table) => {
      const rows = read.get(table) ?? db.query(`SELECT * FROM ${table}`).then((answer) => answer.rows);
      read.set(table, rows);
      return rows;
    },
    reset: async (fixture) => {
      read.clear();
      await reset(await fixtureSql(fixture));
    },
    close: () => db.close(),
  };
}

function askAs(db: InMemory, settings: readonly string[]): RunQuery {
  return async ({ text, values }) => {
    await db.exec(["BEGIN READ ONLY", ...settings].join("; "));
    try {
      return (await db.query(text, values === undefined ? [] : [...values])).rows;
    } finally {
      await db.exec("ROLLBACK");
    }
  };
}

export const fixtureSql = (name: string): Promise<string> =>
  readFile(new URL(`./fixtures/${name}.sql`, import.meta.url), "utf8");

/** A database with one system's tables, and a role that may read the columns its adapter names and nothing else. */
export interface World {
  readonly role: string;
  /** Asks as that role. */
  readonly ask: RunQuery;
  /** As many rows as this engine can be filled with in a test. */
  readonly many: number;
  /** As the owner of everything. */
  run(sql: string): Promise<void>;
  /** Drops everything, loads the tables and grants what is needed. */
  reset(schemaSql: string): Promise<void>;
  /** A table as it has to be written from outside its schema. */
  qualified(table: string): string;
  /** Place and last writer of every row. */
  rowsOf(table: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export type OpenWorld = (adapter: Adapter) => Promise<World>;

/** Far from UTC, and not by whole hours: a time without zone that is read wrongly shows. */
const ZONE = "SET TIME ZONE 'Asia/Kathmandu'";

/** On PGlite. */
export const embeddedWorld: OpenWorld = async (adapter) => {
  const db = await inMemory();
  const role = "monitor";
  await db.exec(`${ZONE}; CREATE ROLE ${role}`);
  const path = adapter.schema === null ? [] : [`SET LOCAL search_path = ${identifier(adapter.schema)}`];
  const world = worldOf(adapter, role, {
    ask: askAs(db, [`SET LOCAL ROLE ${role}`, ...path]),
    many: 3_000,
    run: async (sql) => {
      await db.exec(sql);
    },
    rows: async (sql) => (await db.query(sql)).rows,
    close: () => db.close(),
  });
  return { ...world, reset: resetting(db, world.reset) };
};

/** On the server of LASTBEAT_TEST_DATABASE_URL, in a database and with a role of its own. */
export const serverWorld: OpenWorld = async (adapter) => {
  const name = `lastbeat_${adapter.kind.replaceAll("-", "_")}_${randomBytes(4).toString("hex")}`;
  const admin = await connect(databaseUrl(null));
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 's3cret'`);
  const owner = await connect(databaseUrl({ database: name }));
  const monitor = await connect(databaseUrl({ database: name, user: name }));
  await owner.query(ZONE);
  await monitor.query(ZONE);
  const limits = { timeoutMs: 5 * SECOND, deadlineMs: Date.now() + HOUR, schema: adapter.schema };
  return worldOf(adapter, name, {
    ask: readOnlyAsk(monitor, limits),
    many: 150_000,
    run: async (sql) => {
      await owner.query(sql);
    },
    rows: async (sql) => (await owner.query(sql)).rows,
    close: async () => {
      await monitor.end();
      await owner.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.query(`DROP ROLE ${name}`);
      await admin.end();
    },
  });
};

/** The URL of the server the tests were given, or of one database on it as one role. Throws where none was given. */
export function databaseUrl(as: { readonly database: string; readonly user?: string } | null): string {
  const given = process.env.LASTBEAT_TEST_DATABASE_URL;
  if (!given) {
    throw new Error(
      "LASTBEAT_TEST_DATABASE_URL is not set: these tests need a real PostgreSQL to create a database in.",
    );
  }
  // A socket's URL names its directory in `?host=` and may leave the host out.
  const url = new URL(given.replace("@/", "@localhost/"));
  if (as !== null) url.pathname = `/${as.database}`;
  if (as?.user !== undefined) {
    url.username = as.user;
    url.password = "s3cret";
  }
  return url.href;
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

interface Engine {
  readonly ask: RunQuery;
  readonly many: number;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

function worldOf(adapter: Adapter, role: string, engine: Engine): World {
  const schema = adapter.schema ?? "public";
  const qualified = (table: string) => (schema === "public" ? "" : `${identifier(schema)}.`) + identifier(table);
  const grants = adapter.needs.map(
    ({ table, columns }) => `GRANT SELECT (${columns.map(identifier).join(", ")}) ON ${qualified(table)} TO ${role}`,
  );
  return {
    role,
    ask: engine.ask,
    many: engine.many,
    run: engine.run,
    qualified,
    reset: async (schemaSql) => {
      const schemas = [...new Set(["public", schema])];
      await engine.run(schemas.map((one) => `DROP SCHEMA IF EXISTS ${identifier(one)} CASCADE`).join("; "));
      await engine.run(`CREATE SCHEMA public; ${schemaSql}`);
      await engine.run([`GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${role}`, ...grants].join("; "));
    },
    rowsOf: (table) =>
      engine.rows(`SELECT ctid::text AS place, xmin::text AS writer FROM ${qualified(table)} ORDER BY 1`),
    close: engine.close,
  };
}

/** Reads and insists on an answer. */
export async function readingOf(
  adapter: Adapter,
  ask: RunQuery,
  at: { readonly nowMs: number; readonly previous?: SourceReading },
): Promise<SourceReading> {
  const outcome = await adapter.read(ask, { source: "s", nowMs: at.nowMs, previous: at.previous ?? null });
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return { ...outcome.value, standby: null };
}

/** An `Ask` for which the named questions cost more than their budget. */
export const tooSlowFor =
  (ask: RunQuery, names: readonly string[]): RunQuery =>
  (question) =>
    names.includes(question.name)
      ? Promise.reject(Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }))
      : ask(question);
