import { afterAll, beforeAll, expect, test } from "vitest";
import { type InMemory, inMemory } from "@/lib/base/postgres/in-memory.testing";
import { resetting } from "@/lib/base/postgres/reset.testing";

const TABLES = `
  CREATE TABLE parents (id int PRIMARY KEY, name text);
  CREATE TABLE children (parent int REFERENCES parents (id)); CREATE VIEW pairs AS SELECT * FROM parents, children`;

let db: InMemory;
beforeAll(async () => {
  db = await inMemory();
  await db.exec("CREATE ROLE monitor");
});
afterAll(() => db.close());

/** Loads the tables, applies `change` and resets them: how often they were loaded, and the number of rows left. */
async function resetAfter(change: string, tables = TABLES, again = tables) {
  let loads = 0;
  const reset = resetting(db, async (sql) => {
    loads++;
    await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${sql}`);
  });
  await reset(tables);
  await db.exec(change);
  await reset(again);
  const left = await db.query("SELECT (SELECT count(*)::int FROM parents) + (SELECT count(*)::int FROM children) AS n");
  return [loads, left.rows];
}

test.each([
  ["nothing", ""],
  ["rows that reference each other", "INSERT INTO parents VALUES (1, 'a'); INSERT INTO children VALUES (1)"],
])("loaded tables are emptied: %s", async (_, change) => {
  expect(await resetAfter(change)).toEqual([1, [{ n: 0 }]]);
});

test("the statistics count the rows of a test as deleted before the next test begins", async () => {
  const reset = resetting(db, async (sql) => {
    await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${sql}`);
  });
  await reset(TABLES);
  await db.exec("INSERT INTO parents SELECT n, 'a' FROM generate_series(1, 3) n");
  await reset(TABLES);
  const { rows } = await db.query("SELECT n_tup_del::int AS n FROM pg_stat_user_tables WHERE relname = 'parents'");
  expect(rows).toEqual([{ n: 3 }]);
});

test.each([
  ["a renamed column", "ALTER TABLE parents RENAME COLUMN name TO title"],
  ["a dropped column", "ALTER TABLE parents DROP COLUMN name CASCADE"],
  ["a dropped table", "DROP TABLE children CASCADE"],
  ["an additional table", "CREATE TABLE others ()"],
  ["a right on a table", "GRANT SELECT ON parents TO monitor"],
  ["a right on a column", "GRANT SELECT (name) ON parents TO monitor"],
  ["a right on the schema", "GRANT USAGE ON SCHEMA public TO monitor"],
  ["an index", "DROP INDEX IF EXISTS none; CREATE INDEX ON parents (name)"],
  ["a constraint", "ALTER TABLE children DROP CONSTRAINT children_parent_fkey"],
  ["a disabled trigger", "ALTER TABLE parents DISABLE TRIGGER ALL"],
  ["statistics", "INSERT INTO parents SELECT n, 'a' FROM generate_series(1, 50) n; ANALYZE parents"],
])("they are loaded again after: %s", async (_, change) => {
  expect(await resetAfter(change)).toEqual([2, [{ n: 0 }]]);
});

test("tables that are loaded with rows, and other tables, are loaded again each time", async () => {
  const seeded = `${TABLES}; INSERT INTO parents VALUES (7, 'always')`;
  expect(await resetAfter("DELETE FROM parents", seeded)).toEqual([2, [{ n: 1 }]]);
  expect(await resetAfter("", TABLES, seeded)).toEqual([2, [{ n: 1 }]]);
});
