import "server-only";
import { z } from "zod";
import type { InMemory } from "@/lib/base/postgres/in-memory.testing";

/** All that is not a row: relations with their rights and statistics, columns, constraints, triggers, schemas. */
const MARK = `SELECT md5(concat(
  (SELECT string_agg(concat(oid, relname, relnamespace, relacl, reltuples), ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384),
  (SELECT string_agg(concat(attrelid, attnum, attname, attacl, attnotnull), ',' ORDER BY attrelid, attnum) FROM pg_attribute
    WHERE attrelid >= 16384),
  (SELECT string_agg(concat(oid, conname), ',' ORDER BY oid) FROM pg_constraint WHERE oid >= 16384),
  (SELECT string_agg(concat(oid, tgenabled), ',' ORDER BY oid) FROM pg_trigger WHERE oid >= 16384),
  (SELECT string_agg(concat(oid, nspname, nspacl), ',' ORDER BY oid) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_t%'))) AS mark`;
const TABLES = `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_%'`;
const Mark = z.tuple([z.object({ mark: z.string() })]);
const Tables = z.array(z.object({ name: z.string() }));
const Rows = z.tuple([z.object({ any: z.boolean() })]);

/** Deleted rows are counted up to a second later, and would be taken for those of the next test. */
const COUNTED_NOW = "SELECT pg_stat_force_next_flush()";

interface Standing {
  readonly sql: string;
  readonly mark: string;
  readonly empty: string;
}

/**
 * Gives each test the tables that `load` makes, without a row. Loading takes 100 ms and more; where nothing but rows
 * was changed since, and none came with the tables, the rows are deleted instead.
 */
export function resetting(db: InMemory, load: (sql: string) => Promise<void>): (sql: string) => Promise<void> {
  let standing: Standing | null = null;
  const mark = async (): Promise<string> => Mark.parse((await db.query(MARK)).rows)[0].mark;
  const stands = async (sql: string): Promise<Standing | null> => {
    const names = Tables.parse((await db.query(TABLES)).rows).map(({ name }) => name);
    const any = names.map((name) => `EXISTS (SELECT FROM ${name})`).join(" OR ");
    if (names.length === 0 || Rows.parse((await db.query(`SELECT ${any} AS any`)).rows)[0].any) return null;
    const deletes = names.map((name) => `DELETE FROM ${name}`);
    const empty = ["SET session_replication_role = replica", ...deletes, "SET session_replication_role = origin"];
    return { sql, mark: await mark(), empty: [...empty, COUNTED_NOW].join("; ") };
  };
  return async (sql) => {
    if (standing?.sql === sql && standing.mark === (await mark())) return void (await db.exec(standing.empty));
    await load(sql);
    standing = await stands(sql);
  };
}
