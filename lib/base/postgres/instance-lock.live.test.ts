import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { createInstanceLock, type InstanceLock } from "@/lib/base/postgres/instance-lock";
import { databaseUrl } from "@/lib/sources/adapters/databases.testing";

const pools: pg.Pool[] = [];
const locks: InstanceLock[] = [];

function instance(): InstanceLock {
  const pool = new pg.Pool({ connectionString: databaseUrl(null), max: 2 });
  pool.on("error", () => undefined);
  const lock = createInstanceLock(pool);
  pools.push(pool);
  locks.push(lock);
  return lock;
}

afterEach(async () => {
  for (const lock of locks.splice(0)) lock.end();
  for (const pool of pools.splice(0)) await pool.end();
});

test("the first instance is alone; the second is not until the first has ended", async () => {
  const [first, second] = [instance(), instance()];
  expect([await first.alone(), await second.alone(), await first.alone()]).toEqual([true, false, true]);
  first.end();
  // The server ends the session a moment after its connection.
  await vi.waitFor(async () => expect(await second.alone()).toBe(true), { timeout: 15_000 });
  expect(await first.alone()).toBe(false);
});

test("an instance whose connection was cut loses the lock and asks for it again", async () => {
  const [first, second] = [instance(), instance()];
  expect(await first.alone()).toBe(true);
  const admin = new pg.Client({ connectionString: databaseUrl(null) });
  await admin.connect();
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 727011709");
  await vi.waitFor(async () => expect(await second.alone()).toBe(true), { timeout: 15_000 });
  await vi.waitFor(async () => expect(await first.alone()).toBe(false), { timeout: 15_000 });
  await admin.end();
});
