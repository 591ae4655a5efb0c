import "server-only";
import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import pg from "pg";
import { CLEAN } from "@/lib/base/postgres/clean.testing";
import { openDatabase, overEmbedded } from "@/lib/base/postgres/connect";
import { type Embedded, openEmbedded } from "@/lib/base/postgres/embedded/embedded";
import { copyTemplate } from "@/lib/base/postgres/template.testing";
import type { Database } from "@/lib/storage/database";
import { migrate } from "@/lib/storage/schema/migrate";
import type { Schema } from "@/lib/storage/schema/schema";

/**
 * A migrated database for one test file: on the PostgreSQL that `LASTBEAT_TEST_DATABASE_URL` names a database of its own,
 * which `close` drops; otherwise an embedded one, whose engine is cleaned and used again.
 */
export async function testDatabase(): Promise<Database> {
  const database = await emptyDatabase();
  await migrate(database.db);
  return database;
}

/** The same before any migration. */
export function emptyDatabase(): Promise<Database> {
  const url = process.env.LASTBEAT_TEST_DATABASE_URL;
  return url ? onPostgres(url) : embedded();
}

async function onPostgres(adminUrl: string): Promise<Database> {
  const name = `lastbeat_test_${randomUUID().replaceAll("-", "")}`;
  const onAdmin = (statement: string) => onServer({ connectionString: adminUrl }, [statement]);
  await onAdmin(`CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database: Database = await openDatabase({ databaseUrl: url.href, dataDir: "", log: complain });
  const close = async (): Promise<void> => {
    await database.close();
    await onAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { ...database, close };
}

async function onServer(server: pg.ClientConfig, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Clean embedded engines without a user: test files that run one after the other in a process share one. */
const idle: Embedded[] = [];

async function embedded(): Promise<Database> {
  const engine = idle.pop() ?? (await startEngine());
  // Its connections end with it; only the engine is used again.
  const close = async (): Promise<void> => {
    await onServer({ host: engine.socketFolder, user: "postgres", database: "postgres" }, CLEAN);
    idle.push(engine);
  };
  return overEmbedded({ ...engine, close }, complain);
}

async function startEngine(): Promise<Embedded> {
  // It is used until this process ends; lib/base/postgres/folder.testing.ts removes the folder after the run.
  const dataDir = await mkdtemp(join(tmpdir(), "db-"));
  await copyTemplate(dataDir);
  return openEmbedded(dataDir, complain);
}

function complain(level: "info" | "warn" | "error", message: string): void {
  if (level !== "info") process.stderr.write(`${level}: ${message}\n`);
}

const TABLES = [
  ...["clients", "sessions", "objects", "samples", "sample_minutes", "marks", "blind_spans", "blocked_spans"],
  "consumed_queues",
  ...[
    "broker_restarts",
    "alerts",
    "incidents",
    "deliveries",
    "attempts",
    "webhook_health",
    "leases",
    "settings",
    "rules",
    "rule_changes",
  ],
  ...["alert_holds", "silence_windows", "acknowledgements", "notification_states"],
];

/** Empties every table of a migrated database, for tests that share one. Row by row: TRUNCATE takes 100 ms here. */
export async function emptyTables(db: Kysely<Schema>): Promise<void> {
  await sql.raw(TABLES.map((table) => `DELETE FROM lastbeat.${table}`).join("; ")).execute(db);
}
