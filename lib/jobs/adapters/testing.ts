import "server-only";
import { readFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import type { SourceReading } from "@/lib/jobs/job";
import type { Adapter, Ask } from "@/lib/jobs/source";

/** For tests only: a PostgreSQL of our own with one fixture's tables. One per test file; `reset` empties it. */
export interface Tables {
  readonly ask: Ask;
  run(sql: string): Promise<void>;
  /** Drops everything and loads a fixture. */
  reset(fixture: string): Promise<void>;
  close(): Promise<void>;
}

export async function openTables(): Promise<Tables> {
  const db = await PGlite.create({ extensions: { btree_gin } });
  return {
    ask: async ({ text, values }) => {
      await db.query("BEGIN READ ONLY");
      try {
        return (await db.query(text, values === undefined ? [] : [...values])).rows;
      } finally {
        await db.query("ROLLBACK");
      }
    },
    run: async (sql) => {
      await db.exec(sql);
    },
    reset: async (fixture) => {
      await db.exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
      await db.exec(await fixtureSql(fixture));
    },
    close: () => db.close(),
  };
}

export const fixtureSql = (name: string): Promise<string> =>
  readFile(new URL(`./fixtures/${name}.sql`, import.meta.url), "utf8");

/** Reads and insists on an answer. */
export async function readingOf(
  adapter: Adapter,
  ask: Ask,
  at: { readonly nowMs: number; readonly previous?: SourceReading },
): Promise<SourceReading> {
  const outcome = await adapter.read(ask, { source: "s", nowMs: at.nowMs, previous: at.previous ?? null });
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return outcome.value;
}

/** An `Ask` for which the named questions cost more than their budget. */
export const tooSlowFor =
  (ask: Ask, names: readonly string[]): Ask =>
  (question) =>
    names.includes(question.name)
      ? Promise.reject(Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }))
      : ask(question);
