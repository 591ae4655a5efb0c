import { expect, test } from "vitest";
import { testDatabase } from "@/lib/storage/storage.testing";
import { readSeries } from "@/lib/views/series/read";

test("there is no series of an unknown signal", async () => {
  const database = await testDatabase();
  const request = { signal: "no.such.signal", fromMs: 0, toMs: 60_000, points: 10, labels: {} };
  expect(await readSeries({ database }, request, 60_000)).toBeNull();
  await database.close();
});
