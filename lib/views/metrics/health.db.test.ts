import { afterAll, beforeAll, expect, test } from "vitest";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { reporting } from "@/lib/collector/tick/health";
import type { Database } from "@/lib/storage/database";
import { testDatabase } from "@/lib/storage/storage.testing";
import { readiness } from "@/lib/views/metrics/health";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a full disk makes it unready at once, with the cause, until a tick is saved", async () => {
  const live = testRuntime({ database });
  const loop = reporting(live, "broker main");
  const status = async () => (await readiness(live, 0)).because;
  expect(await status()).toBeNull();
  loop.failed(new Error("connection terminated"));
  expect(await status()).toBeNull();
  loop.failed(Object.assign(new Error("could not extend file"), { code: "53100" }));
  expect(await status()).toBe("the disk of the database is full: nothing is saved until there is room");
  loop.worked();
  expect(await status()).toBeNull();
});
