import "server-only";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { renderReason } from "@/lib/base/messages/render-reason";
import { type InMemory, inMemory } from "@/lib/base/postgres/in-memory.testing";
import { resetting } from "@/lib/base/postgres/reset.testing";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import type { Adapter, RunQuery } from "@/lib/sources/jobs/adapter";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { readOnlyQueries } from "@/lib/sources/reading/read-only-queries";

/** A database with one system's tables, and a role that may read the columns its adapter requires and nothing else. */
export interface TestDatabase {
  readonly role: string;
  /** Runs a query as that role. */
  readonly runQuery: RunQuery;
  /** The largest number of rows that a test can insert into this engine. */
  readonly manyRows: number;
  /** Runs statements as the owner. */
  run(sql: string): Promise<void>;
  /** Drops everything, creates the tables and grants what the adapter requires. */
  reset(schemaSql: string): Promise<void>;
  /** A table's name with its schema, unless that is public. */
  qualified(table: string): string;
  /** Every row of a table; read again only after `run`. */
  all(table: string): Promise<readonly unknown[]>;
  /** Position and last writing transaction of every row. */
  rowVersions(table: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export type OpenDatabase = (adapter: Adapter) => Promise<TestDatabase>;

/** The DDL of one kind of source: its schema, or another SQL file of its folder. */
export const schemaSql = (kind: string, file = "schema"): Promise<string> =>
  readFile(new URL(`./${kind}/${file}.sql`, import.meta.url), "utf8");

/** Not UTC, and not a whole number of hours: a time without zone that is converted wrongly becomes visible. */
const TIME_ZONE = "SET TIME ZONE 'Asia/Kathmandu'";

/** On PGlite. */
export const embeddedDatabase: OpenDatabase = async (adapter) => {
  const db = await inMemory();
  const role = "monitor";
  await db.exec(`${TIME_ZONE}; CREATE ROLE ${role}`);
  const path = adapter.schema === null ? [] : [`SET LOCAL search_path = ${identifier(adapter.schema)}`];
  return createDatabase(adapter, role, {
    runQuery: queriesAs(db, [`SET LOCAL ROLE ${role}`, ...path]),
    manyRows: 3_000,
    run: async (sql) => {
      await db.exec(sql);
    },
    rows: async (sql) => (await db.query(sql)).rows,
    reset: (load) => resetting(db, load),
    close: () => db.close(),
  });
};

function queriesAs(db: InMemory, settings: readonly string[]): RunQuery {
  return async ({ text, values }) => {
    await db.exec(["BEGIN READ ONLY", ...settings].join("; "));
    try {
      return (await db.query(text, values === undefined ? [] : [...values])).rows;
    } finally {
      await db.exec("ROLLBACK");
    }
  };
}

/** On the server of LASTBEAT_TEST_DATABASE_URL, in a database and with a role of its own. */
export const serverDatabase: OpenDatabase = async (adapter) => {
  const name = `lastbeat_${adapter.kind.replaceAll("-", "_")}_${randomBytes(4).toString("hex")}`;
  const admin = await connect(databaseUrl(null));
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 's3cret'`);
  const owner = await connect(databaseUrl({ database: name }));
  const monitor = await connect(databaseUrl({ database: name, user: name }));
  await owner.query(TIME_ZONE);
  await monitor.query(TIME_ZONE);
  const limits = { timeoutMs: 5 * SECOND, deadlineMs: Date.now() + HOUR, schema: adapter.schema };
  return createDatabase(adapter, name, {
    runQuery: readOnlyQueries(monitor, limits),
    manyRows: 150_000,
    run: async (sql) => {
      await owner.query(sql);
    },
    rows: async (sql) => (await owner.query(sql)).rows,
    reset: (load) => load,
    close: async () => {
      await monitor.end();
      await owner.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.query(`DROP ROLE ${name}`);
      await admin.end();
    },
  });
};

/** The URL of the tests' PostgreSQL server, or of one database on it as one role. Throws if no server is configured. */
export function databaseUrl(login: { readonly database: string; readonly user?: string } | null): string {
  const configured = process.env.LASTBEAT_TEST_DATABASE_URL;
  if (!configured) {
    throw new Error(
      "LASTBEAT_TEST_DATABASE_URL is not set: these tests need a real PostgreSQL to create a database in.",
    );
  }
  // The URL of a socket has its directory in `?host=` and may have no host.
  const url = new URL(configured.replace("@/", "@localhost/"));
  if (login !== null) url.pathname = `/${login.database}`;
  if (login?.user !== undefined) {
    url.username = login.user;
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
  readonly runQuery: RunQuery;
  readonly manyRows: number;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly unknown[]>;
  /** A way to repeat `load` that may be faster. */
  reset(load: (schemaSql: string) => Promise<void>): (schemaSql: string) => Promise<void>;
  close(): Promise<void>;
}

function createDatabase(adapter: Adapter, role: string, engine: Engine): TestDatabase {
  const schema = adapter.schema ?? "public";
  const qualified = (table: string) => (schema === "public" ? "" : `${identifier(schema)}.`) + identifier(table);
  const grants = async () => {
    const found = await engine.rows(`
      SELECT table_name || ' ' || column_name AS place FROM information_schema.columns WHERE table_schema = '${schema}'`);
    const places = new Set(found.map((row) => Object(row).place));
    return [...adapter.requiredTables, ...(adapter.optionalTables ?? [])].flatMap(({ table, columns }) => {
      const present = columns.filter((column) => places.has(`${table} ${column}`)).map(identifier);
      return present.length === 0 ? [] : [`GRANT SELECT (${present.join(", ")}) ON ${qualified(table)} TO ${role}`];
    });
  };
  const cached = new Map<string, Promise<readonly unknown[]>>();
  const run = (sql: string) => {
    cached.clear();
    return engine.run(sql);
  };
  const reset = engine.reset(async (sql) => {
    const schemas = [...new Set(["public", schema])];
    await run(schemas.map((name) => `DROP SCHEMA IF EXISTS ${identifier(name)} CASCADE`).join("; "));
    await run(`CREATE SCHEMA public; ${sql}`);
    await run([`GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${role}`, ...(await grants())].join("; "));
  });
  return {
    role,
    runQuery: engine.runQuery,
    manyRows: engine.manyRows,
    run,
    qualified,
    all: (table) => {
      const rows = cached.get(table) ?? engine.rows(`SELECT * FROM ${qualified(table)}`);
      cached.set(table, rows);
      return rows;
    },
    reset: (sql) => {
      cached.clear();
      return reset(sql);
    },
    rowVersions: (table) =>
      engine.rows(`SELECT ctid::text AS place, xmin::text AS writer FROM ${qualified(table)} ORDER BY 1`),
    close: engine.close,
  };
}

/** One reading; throws if the adapter returns a failure. */
export async function readingOf(
  adapter: Adapter,
  runQuery: RunQuery,
  context: { readonly nowMs: number; readonly previous?: SourceReading },
): Promise<SourceReading<never>> {
  const { nowMs, previous = null } = context;
  const result = await adapter.read(runQuery, { source: "s", nowMs, previous });
  if (!result.ok) throw new Error(renderReason(result.failure.reason));
  return { ...result.value, standby: null };
}

/** A `RunQuery` for which the named queries exceed their statement timeout. */
export const withTimeouts =
  (runQuery: RunQuery, names: readonly string[]): RunQuery =>
  (query) =>
    names.includes(query.name)
      ? Promise.reject(Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }))
      : runQuery(query);
