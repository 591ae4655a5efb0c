import "server-only";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { messageOf } from "@/lib/base/errors/message";
import { MIGRATIONS } from "@/lib/storage/schema/migrations";
import type { Schema } from "@/lib/storage/schema/schema";

/**
 * Brings the database to the newest schema (or to step `last`), all steps in one transaction. Two instances that start at
 * once wait for each other: on PostgreSQL by the migrator's advisory lock, on the embedded engine because it serves one
 * transaction at a time. Throws if a step fails, or if a newer version of Lastbeat wrote the database.
 */
export async function migrate(db: Kysely<Schema>, last?: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(Object.entries(MIGRATIONS).map(asMigration)) },
    migrationTableSchema: "lastbeat",
  });
  const { error, results } = await (last === undefined ? migrator.migrateToLatest() : migrator.migrateTo(last));
  if (error === undefined) return;
  const step = results?.find((result) => result.status === "Error")?.migrationName;
  const at = step === undefined ? "" : ` at step ${step}`;
  throw new Error(`The database could not be migrated${at}: ${messageOf(error)}`);
}

const asMigration = ([name, statements]: [string, readonly string[]]): [string, Migration] => [
  name,
  {
    up: async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  },
];
