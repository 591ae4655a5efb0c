import { afterAll, beforeAll, expect, test } from "vitest";
import { firstMemory } from "@/lib/collector/broker/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { aClient } from "@/lib/rabbitmq/clients/client.testing";
import { setAlias } from "@/lib/server/commands/set-alias";
import { loadAliases, moveAliases } from "@/lib/storage/client-aliases";
import type { Database } from "@/lib/storage/database";
import { testDatabase } from "@/lib/storage/storage.testing";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const author = { who: "admin", atMs: 1_000 };
const live = (): Pick<Runtime, "aliases" | "brokers" | "database"> => ({
  aliases: new Map(),
  brokers: new Map([["main", firstMemory("main", 5_000, 0, { clients: [aClient({ id: "c1" })], sessions: [] })]]),
  database,
});

test("an alias is in force at once, replaced, stored, and removed", async () => {
  const runtime = live();
  await setAlias(runtime, { id: "c1", alias: "Checkout" }, author);
  await setAlias(runtime, { id: "c1", alias: "Returns" }, author);
  expect([...runtime.aliases]).toEqual([["c1", "Returns"]]);
  expect([...(await loadAliases(database.db))]).toEqual([["c1", "Returns"]]);
  await setAlias(runtime, { id: "c1", alias: null }, author);
  expect(runtime.aliases.size).toBe(0);
  expect((await loadAliases(database.db)).size).toBe(0);
});

test("only a client that is known has one", async () => {
  await expect(setAlias(live(), { id: "c2", alias: "Checkout" }, author)).rejects.toMatchObject({ status: 404 });
});

test("a client that the folding rules gave another id keeps its alias", async () => {
  const runtime = live();
  await setAlias(runtime, { id: "c1", alias: "Checkout" }, author);
  await moveAliases(database.db, new Map([["c1", "c9"]]));
  expect([...(await loadAliases(database.db))]).toEqual([["c9", "Checkout"]]);
});
