import "server-only";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { type OpenWorld, readingOf, type World } from "@/lib/sources/adapters/tables.testing";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import type { Adapter } from "@/lib/sources/jobs/source";

interface Tried {
  /** As the owner of everything. */
  run(sql: string): Promise<void>;
  read(previous?: SourceReading, adapter?: Adapter): Promise<SourceReading>;
  queue(name?: string): Promise<JobQueue>;
}

/** For tests only: one system's empty tables before each test, for what is true of that system alone. */
export function tried(example: Example, open: OpenWorld): Tried {
  let world: World;
  beforeAll(async () => {
    world = await open(example.adapter);
  });
  afterAll(() => world.close());
  beforeEach(async () => world.reset(await readFile(example.schemaSql, "utf8")));

  const read: Tried["read"] = (previous, adapter = example.adapter) =>
    readingOf(adapter, world.ask, { nowMs: Date.now(), ...(previous === undefined ? {} : { previous }) });
  return {
    run: (sql) => world.run(sql),
    read,
    async queue(name = example.queue) {
      const found = (await read()).queues.find((one) => one.queue === name);
      if (found === undefined) throw new Error(`no queue ${name}`);
      return found;
    },
  };
}
