import { type QueryExecutorProvider, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createLeases, type Lease } from "@/lib/base/postgres/leases";
import type { Database } from "@/lib/storage/database";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database.db));

/** Long enough that a busy machine renews in time. */
const SHORT_MS = 900;
const leasesOf = (holder: string, leaseMs = 10_000) => createLeases(database.db, { holder, leaseMs });

async function acquired(holder: string, leaseMs?: number): Promise<Lease> {
  const lease = await leasesOf(holder, leaseMs).acquire("x");
  if (lease === null) throw new Error(`${holder} did not get the lease`);
  return lease;
}

/** As if the lease had been written that long ago. */
const age = (interval: string) =>
  sql`UPDATE lastbeat.leases SET expires_at = expires_at - ${interval}::interval`.execute(database.db);
/** A write that needs the lease. */
const write = (lease: Lease, key: string): Promise<void> =>
  database.db.transaction().execute(async (trx) => {
    await lease.confirm(trx);
    await sql`INSERT INTO lastbeat.marks VALUES (${key}, 1)`.execute(trx);
  });
const written = async (): Promise<string[]> => {
  const { rows } = await sql<{ key: string }>`SELECT key FROM lastbeat.marks ORDER BY key`.execute(database.db);
  return rows.map(({ key }) => key);
};

describe("a lease", () => {
  test("has one holder at a time, and a larger fence at each acquisition", async () => {
    const first = await acquired("a");
    expect([first.fence, first.isHeld()]).toEqual([1, true]);
    expect(await leasesOf("b").acquire("x")).toBeNull();
    expect((await leasesOf("b").acquire("y"))?.fence).toBe(1);
    await first.release();
    expect(first.isHeld()).toBe(false);
    const second = await acquired("b");
    expect(second.fence).toBe(2);
    await second.release();
  });

  test("is one holder's of many that try at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => leasesOf(`holder-${n}`).acquire("x")));
    const held = all.filter((lease) => lease !== null);
    expect(held).toHaveLength(1);
    await held[0]?.release();
  });

  test("is renewed for as long as its holder lives", async () => {
    const lease = await acquired("a", SHORT_MS);
    await new Promise((resolve) => setTimeout(resolve, 2 * SHORT_MS));
    expect([lease.isHeld(), await leasesOf("b").acquire("x")]).toEqual([true, null]);
    await lease.release();
  });

  test("is its former holder's again at once, under a new fence: a release may have failed", async () => {
    const [first, again] = [await acquired("a"), await acquired("a")];
    expect([first.fence, again.fence]).toEqual([1, 2]);
    await first.release();
    expect(await leasesOf("b").acquire("x")).toBeNull();
    await again.release();
  });

  test("is free for others when it has expired, and its former holder writes nothing more", async () => {
    const former = await acquired("a");
    await write(former, "before");
    await age("11 s");
    const current = await acquired("b");
    await expect(write(former, "former")).rejects.toThrow("the lease x was taken over");
    expect([former.isHeld(), former.signal.aborted]).toEqual([false, true]);
    await write(current, "current");
    expect(await written()).toEqual(["before", "current"]);
    await former.release();
    expect(await leasesOf("c").acquire("x")).toBeNull();
    await current.release();
  });

  test("that has expired and was not taken over still confirms: nobody else can have written", async () => {
    const lease = await acquired("a");
    await age("11 s");
    await write(lease, "late");
    expect(await written()).toEqual(["late"]);
    await lease.release();
  });

  test("tells its holder within a renewal that it was taken over", async () => {
    const former = await acquired("a", SHORT_MS);
    await age("10 s");
    const current = await acquired("b");
    await vi.waitFor(() => expect(former.signal.aborted).toBe(true), { timeout: 10_000, interval: 10 });
    expect(former.isHeld()).toBe(false);
    await current.release();
  });

  test("ends by itself where the database does not answer the renewals", async () => {
    let isAway = false;
    const db: QueryExecutorProvider = {
      getExecutor: () => {
        if (isAway) throw new Error("the database does not answer");
        return database.db.getExecutor();
      },
    };
    const lease = await createLeases(db, { holder: "a", leaseMs: SHORT_MS }).acquire("x");
    isAway = true;
    await vi.waitFor(() => expect(lease?.signal.aborted).toBe(true), { timeout: 10_000, interval: 10 });
    expect(lease?.isHeld()).toBe(false);
  });

  test("written before the database's clock was set back by an hour does not last for that hour", async () => {
    await acquired("dead").then((lease) => lease.release());
    const { rows } = await sql`UPDATE lastbeat.leases SET holder = 'dead',
      expires_at = clock_timestamp() + interval '1 hour' RETURNING name`.execute(database.db);
    expect(rows).toHaveLength(1);
    await (await acquired("b")).release();
  });
});

test("all leases of one kind are released at once by an instance that is alone", async () => {
  const dead = leasesOf("dead");
  const [webhook, source] = [await dead.acquire("webhook:ops"), await dead.acquire("source:jobs")];
  await leasesOf("b").releaseAll("webhook:");
  expect((await leasesOf("b").acquire("webhook:ops"))?.fence).toBe(2);
  expect(await leasesOf("b").acquire("source:jobs")).toBeNull();
  await Promise.all([webhook?.release(), source?.release()]);
  await leasesOf("b").releaseAll("");
});
