import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "@/lib/storage/database";
import { listBlocked, saveBlocked } from "@/lib/storage/rabbitmq/blocked";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => emptyTables(database.db));
afterAll(() => database.close());

/** One letter a second: b began, e ended, - nothing. Returns the periods of the client; one that continues has no end. */
async function blockedPeriods(story: string, within = { fromMs: 0, toMs: 1e6 }): Promise<string> {
  for (const [at, letter] of [...story].entries()) {
    const changes = { began: letter === "b" ? ["worker"] : [], ended: letter === "e" ? ["worker"] : [] };
    await saveBlocked(database.db, changes, at * 1_000);
  }
  await saveBlocked(database.db, { began: ["neighbour"], ended: [] }, 500);
  const spans = await listBlocked(database.db, "worker", within);
  return spans.map(({ fromMs, toMs }) => `${fromMs / 1_000}-${toMs === null ? "" : toMs / 1_000}`).join(" ");
}

test.each<[string, string, string]>([
  ["a period has a beginning and an end", "-b--e", "1-4"],
  ["a period that continues has no end yet", "-b", "1-"],
  ["a period that is saved twice is one", "-bb-e", "1-4"],
  ["two periods are two", "b-e-b-e", "0-2 4-6"],
  ["an end without a beginning is ignored", "e", ""],
])("%s", async (_, story, expected) => expect(await blockedPeriods(story)).toBe(expected));

test("only periods in the range are listed, open ones included", async () => {
  expect(await blockedPeriods("b-e-b-e-b", { fromMs: 3_000, toMs: 5_000 })).toBe("4-6");
  expect(await blockedPeriods("", { fromMs: 9_000, toMs: 10_000 })).toBe("8-");
});
