import "server-only";
import { z } from "zod";
import type { InMemory } from "@/lib/base/postgres/in-memory.testing";

/** A digest of everything but rows: relations with their rights and statistics, columns, constraints, triggers, schemas. */
const DIGEST = `SELECT md5(concat(
  (SELECT string_agg(concat(oid, relname, relnamespace, relacl, reltuples), ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384),
  (SELECT string_agg(concat(attrelid, attnum, attname, attacl, attnotnull), ',' ORDER BY attrelid, attnum) FROM pg_attribute
    WHERE attrelid >= 16384),
  (SELECT string_agg(concat(oid, conname), ',' ORDER BY oid) FROM pg_constraint WHERE oid >= 16384),
  (SELECT string_agg(concat(oid, tgenabled), ',' ORDER BY oid) FROM pg_trigger WHERE oid >= 16384),
  (SELECT string_agg(concat(oid, nspname, nspacl), ',' ORDER BY oid) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_t%'))) AS digest`;
const TABLES = `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_%'`;
const Digest = z.tuple([z.object({ digest: z.string() })]);
const Tables = z.array(z.object({ name: z.string() }));
const Rows = z.tuple([z.object({ any: z.boolean() })]);

/** PostgreSQL counts deleted rows up to a second later, when they would be counted for the next test. */
const FLUSH_STATISTICS = "SELECT pg_stat_force_next_flush()";

/** Tables that were loaded empty and can be emptied again. */
interface LoadedTables {
  readonly sql: string;
  readonly digest: string;
  readonly empty: string;
}

/**
 * Gives each test the tables that `load` creates, without a row. Loading takes 100 ms and more; if only rows have changed
 * since, and the tables were loaded without any, the rows are deleted instead.
 */
export function resetting(db: InMemory, load: (sql: string) => Promise<void>): (sql: string) => Promise<void> {
  let loaded: LoadedTables | null = null;
  const digest = async (): Promise<string> => Digest.parse((await db.query(DIGEST)).rows)[0].digest;
  const describeLoaded = async (sql: string): Promise<LoadedTables | null> => {
    const names = Tables.parse((await db.query(TABLES)).rows).map(({ name }) => name);
    const any = names.map((name) => `EXISTS (SELECT FROM ${name})`).join(" OR ");
    if (names.length === 0 || Rows.parse((await db.query(`SELECT ${any} AS any`)).rows)[0].any) return null;
    const deletes = names.map((name) => `DELETE FROM ${name}`);
    const empty = ["SET session_replication_role = replica", ...deletes, "SET session_replication_role = origin"];
    return { sql, digest: await digest(), empty: [...empty, FLUSH_STATISTICS].join("; ") };
  };
  return async (sql) => {
    if (loaded?.sql === sql && loaded.digest === (await digest())) return void (await db.exec(loaded.empty));
    await load(sql);
    loaded = await describeLoaded(sql);
  };
}
