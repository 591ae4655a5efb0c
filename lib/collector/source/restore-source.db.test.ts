import { afterAll, beforeAll, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { restoreSource } from "@/lib/collector/source/restore-source";
import { aJobQueue } from "@/lib/collector/source/source-timeline.testing";
import { storedSourceMemory } from "@/lib/collector/source/stored-memory";
import { FileConfig } from "@/lib/config/schema";
import type { Database } from "@/lib/storage/database";
import { loadMemory, saveMemory } from "@/lib/storage/memories";
import { testDatabase } from "@/lib/storage/storage.testing";

const T = 1_800_000_000_000;
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a source goes on from what was stored, and begins anew without it", async () => {
  const { sources } = FileConfig.parse({
    sources: [{ id: "mine", kind: "river", databaseUrl: "postgres://nobody@127.0.0.1/none", pollSeconds: 15 }],
  });
  const [config] = sources;
  if (config === undefined) throw new Error("the source is configured");
  const { db } = database;
  const first = await restoreSource(db, config, T);
  expect(first.stalled.size).toBe(0);

  const reading = {
    ...{ queues: [aJobQueue], runners: null, finishedTotal: null, generation: "1", atMs: T, clockAheadMs: 0 },
    ...{ exactAgainMs: null, standby: null },
  };
  const { after } = deriveSource(first, { ok: true, reading, durationMs: 5 }, T);
  expect(after.stalled.size).toBe(1);
  await saveMemory(db, "source:mine", storedSourceMemory(after), T);
  const restored = await restoreSource(db, config, T + 15 * SECOND);
  expect(restored).toEqual({ ...after, state: "starting", stateSinceMs: T + 15 * SECOND });

  await saveMemory(db, "source:mine", null, T);
  expect(await loadMemory(db, "source:mine")).toBeNull();
});
