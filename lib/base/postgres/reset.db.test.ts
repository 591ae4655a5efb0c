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

/** Loads, lets `change` happen, asks for the tables again: how often they were loaded, and the rows that are left. */
async function after(change: string, tables = TABLES, again = tables) {
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
  ["rows that hang on each other", "INSERT INTO parents VALUES (1, 'a'); INSERT INTO children VALUES (1)"],
])("tables that stand are emptied: %s", async (_, change) => {
  expect(await after(change)).toEqual([1, [{ n: 0 }]]);
});

test("rows of the test before are counted as deleted before the next one begins", async () => {
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
  ["a column that is called otherwise", "ALTER TABLE parents RENAME COLUMN name TO title"],
  ["a column that is gone", "ALTER TABLE parents DROP COLUMN name CASCADE"],
  ["a table that is gone", "DROP TABLE children CASCADE"],
  ["a table too many", "CREATE TABLE others ()"],
  ["a right on a table", "GRANT SELECT ON parents TO monitor"],
  ["a right on a column", "GRANT SELECT (name) ON parents TO monitor"],
  ["a right on the schema", "GRANT USAGE ON SCHEMA public TO monitor"],
  ["an index", "DROP INDEX IF EXISTS none; CREATE INDEX ON parents (name)"],
  ["a constraint", "ALTER TABLE children DROP CONSTRAINT children_parent_fkey"],
  ["a trigger that is off", "ALTER TABLE parents DISABLE TRIGGER ALL"],
  ["statistics", "INSERT INTO parents SELECT n, 'a' FROM generate_series(1, 50) n; ANALYZE parents"],
])("else they are made anew: %s", async (_, change) => {
  expect(await after(change)).toEqual([2, [{ n: 0 }]]);
});

test("tables that come with rows, and other tables, are made anew each time", async () => {
  const seeded = `${TABLES}; INSERT INTO parents VALUES (7, 'always')`;
  expect(await after("DELETE FROM parents", seeded)).toEqual([2, [{ n: 1 }]]);
  expect(await after("", TABLES, seeded)).toEqual([2, [{ n: 1 }]]);
});
