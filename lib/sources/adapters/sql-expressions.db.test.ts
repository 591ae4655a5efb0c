import { afterAll, beforeAll, expect, test } from "vitest";
import { type InMemory, inMemory } from "@/lib/base/postgres/in-memory.testing";
import { ms, olderThan, type Sql, unix, utc } from "@/lib/sources/adapters/sql-expressions";

let db: InMemory;
beforeAll(async () => {
  db = await inMemory();
  await db.exec("SET TIME ZONE 'Asia/Kathmandu'");
});
afterAll(() => db.close());

const NOON_MS = Date.UTC(2026, 10, 21, 12);

test.each<[string, Sql, unknown]>([
  ["UTC without a zone", ms(utc("'2026-11-21 12:00:00'::timestamp")), NOON_MS],
  ["Unix seconds", ms(unix(String(NOON_MS / 1000))), NOON_MS],
  ["an instant", ms("'2026-11-21 17:45:00+05:45'::timestamptz"), NOON_MS],
  ["no instant", ms("NULL::timestamptz"), null],
  ["just within", olderThan("now() - interval '59 seconds'", 60), false],
  ["longer ago", olderThan("now() - interval '61 seconds'", 60), true],
  ["an unknown instant is not too long ago", olderThan("NULL::timestamptz", 60), false],
])("%s, in a session far from UTC", async (_, expression, value) => {
  expect((await db.query(`SELECT ${expression} AS value`)).rows).toEqual([{ value }]);
});
