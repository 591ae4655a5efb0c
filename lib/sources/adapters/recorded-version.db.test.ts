import { expect, test } from "vitest";
import { embeddedDatabase, readingOf, schemaSql } from "@/lib/sources/adapters/databases.testing";
import { adapterOf, type TableKind } from "@/lib/sources/adapters/registry";

test.each<[TableKind, string, string, string]>([
  [
    "river",
    "river_migration",
    "CREATE TABLE river_migration (version int); INSERT INTO river_migration VALUES (7), (8)",
    "migration 8",
  ],
  ["pg-boss", "pgboss.version", "INSERT INTO pgboss.version VALUES (46)", "schema 46"],
  ["hangfire", "hangfire.schema", "INSERT INTO hangfire.schema VALUES (21)", "schema 21"],
])(
  "the version that %s has recorded is its generation, once the role may read %s",
  async (kind, table, record, version) => {
    const adapter = adapterOf({ kind });
    const database = await embeddedDatabase(adapter);
    const generation = async () => (await readingOf(adapter, database.runQuery, { nowMs: Date.now() })).generation;
    try {
      await database.reset(await schemaSql(kind));
      await database.run(record);
      expect(await generation()).toContain("≥");
      await database.run(`GRANT SELECT ON ${table} TO ${database.role}`);
      expect(await generation()).toBe(version);
    } finally {
      await database.close();
    }
  },
);

test("Oban writes the version of its schema as the comment of its table, which needs no right", async () => {
  const adapter = adapterOf({ kind: "oban" });
  const database = await embeddedDatabase(adapter);
  try {
    await database.reset(`${await schemaSql("oban", "schema-13")}; COMMENT ON TABLE oban_jobs IS '12'`);
    expect((await readingOf(adapter, database.runQuery, { nowMs: Date.now() })).generation).toBe("migration 12");
  } finally {
    await database.close();
  }
});
