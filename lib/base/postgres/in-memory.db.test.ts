import { expect, test } from "vitest";
import { inMemory } from "@/lib/base/postgres/in-memory.testing";

/** Everything of a database that a test may change. */
const CONTENTS = `SELECT
  (SELECT json_agg(nspname || ' ' || nspowner || ' ' || coalesce(nspacl::text, '') ORDER BY nspname) FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_t%') AS schemas,
  (SELECT json_agg(relname) FROM pg_class WHERE oid >= 16384 AND relname NOT LIKE 'pg\\_toast%') AS relations,
  (SELECT json_agg(proname) FROM pg_proc WHERE oid >= 16384) AS functions,
  (SELECT json_agg(typname) FROM pg_type WHERE oid >= 16384) AS types,
  (SELECT json_agg(extname) FROM pg_extension) AS extensions,
  (SELECT json_agg(rolname) FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%') AS roles,
  (SELECT count(*) FROM pg_db_role_setting) AS settings,
  (SELECT count(*) FROM pg_prepared_statements) AS statements,
  current_user AS role, current_setting('TimeZone') AS zone, current_setting('search_path') AS path`;

test("a released database is new to its next user and closed to the last one", async () => {
  const first = await inMemory();
  const before = (await first.query(CONTENTS)).rows;
  await first.exec(`
    CREATE EXTENSION btree_gin; CREATE SCHEMA other; CREATE TYPE other.colour AS ENUM ('red');
    CREATE TABLE saved AS SELECT 1 AS n; CREATE TEMPORARY TABLE mine (n int); DROP SCHEMA public CASCADE;
    CREATE FUNCTION other.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE ROLE monitor; GRANT USAGE ON SCHEMA other TO monitor; ALTER DATABASE postgres SET work_mem = '1MB';
    PREPARE statement AS SELECT 1; SET TIME ZONE 'Asia/Kathmandu'; SET search_path = other; SET ROLE monitor`);
  expect((await first.query(CONTENTS)).rows).not.toEqual(before);
  await first.exec("BEGIN");
  await expect(first.query("SELECT nothing")).rejects.toThrow("nothing");
  await first.close();
  await expect(first.query("SELECT 1")).rejects.toThrow("released");

  const second = await inMemory();
  expect((await second.query(CONTENTS)).rows).toEqual(before);
  await second.close();
});
