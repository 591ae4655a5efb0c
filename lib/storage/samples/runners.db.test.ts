import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Database } from "@/lib/storage/database";
import { loadRunners } from "@/lib/storage/samples/runners";
import { saveSamples } from "@/lib/storage/samples/samples";
import { testDatabase } from "@/lib/storage/storage.testing";

const T = Date.UTC(2026, 10, 21, 12);
const row = (source: string, runner: string, values: readonly (number | null)[]) => ({
  kind: "runner" as const,
  labels: { source, runner },
  values,
});

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a runner is loaded as it was last seen, not as it has been missing since", async () => {
  const { db } = database;
  await saveSamples(db, T - 2 * DAY, [row("videos", "long-departed", [5, 1])]);
  await saveSamples(db, T - HOUR, [row("videos", "gpu-1", [60, 2, 1, 0]), row("other", "gpu-1", [0, 9])]);
  await saveSamples(db, T - MINUTE, [
    row("videos", "gpu-1", [null, null, null, null, null, null, 1]),
    row("videos", "new", [null, 0, null]),
  ]);
  expect(await loadRunners(db, "videos", T - DAY)).toEqual([
    { name: "new", seenMs: T - MINUTE, lastContactMs: null, jobsRunning: 0, outOfContact: null },
    { name: "gpu-1", seenMs: T - HOUR, lastContactMs: T - HOUR - MINUTE, jobsRunning: 2, outOfContact: "silent" },
  ]);
});
