import "server-only";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import pg from "pg";
import { type Database, openDatabase } from "@/lib/postgres/connect";
import { copyTemplate } from "@/lib/postgres/testing/template";
import { migrate } from "@/lib/storage/migrate";
import type { Schema } from "@/lib/storage/schema";

/**
 * A migrated database for one test file, on the engine that `LASTBEAT_TEST_DATABASE_URL` names: there a database of
 * its own, dropped by `close`; else an embedded one in a folder of its own.
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
  await administer(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database = await openDatabase({ databaseUrl: url.href, dataDir: "", log: complain });
  const close = async (): Promise<void> => {
    await database.close();
    await administer(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { ...database, close };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function embedded(): Promise<Database> {
  const dataDir = await mkdtemp(join(tmpdir(), "lastbeat-test-"));
  await copyTemplate(dataDir);
  const database = await openDatabase({ databaseUrl: null, dataDir, log: complain });
  const close = async (): Promise<void> => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...database, close };
}

function complain(level: "info" | "warn" | "error", message: string): void {
  if (level !== "info") process.stderr.write(`${level}: ${message}\n`);
}

/** Empties every table of a migrated database, for tests that share one. */
export async function emptyTables(db: Kysely<Schema>): Promise<void> {
  await sql`TRUNCATE lastbeat.clients, lastbeat.sessions, lastbeat.objects, lastbeat.samples, lastbeat.sample_minutes,
    lastbeat.marks, lastbeat.blind_spans, lastbeat.blocked_spans, lastbeat.broker_restarts, lastbeat.alerts, lastbeat.deliveries,
    lastbeat.attempts, lastbeat.webhook_lanes, lastbeat.settings, lastbeat.rules, lastbeat.rule_changes,
    lastbeat.alert_holds, lastbeat.silence_windows, lastbeat.acknowledgements, lastbeat.notices`.execute(db);
}
