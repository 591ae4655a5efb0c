import "server-only";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { type OpenDatabase, readingOf, type TestDatabase } from "@/lib/sources/adapters/databases.testing";
import type { Adapter } from "@/lib/sources/jobs/adapter";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";

interface ExampleDatabase {
  /** Runs statements as the owner. */
  run(sql: string): Promise<void>;
  read(previous?: SourceReading, adapter?: Adapter): Promise<SourceReading>;
  queue(name?: string): Promise<JobQueue>;
}

/** One system's tables, empty before each test: for claims that hold for that system alone. */
export function exampleDatabase(example: Example, open: OpenDatabase): ExampleDatabase {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open(example.adapter);
  });
  afterAll(() => database.close());
  beforeEach(async () => database.reset(await readFile(example.schemaSql, "utf8")));

  const read: ExampleDatabase["read"] = (previous, adapter = example.adapter) =>
    readingOf(adapter, database.runQuery, { nowMs: Date.now(), ...(previous === undefined ? {} : { previous }) });
  return {
    run: (sql) => database.run(sql),
    read,
    async queue(name = example.queue) {
      const queue = (await read()).queues.find((candidate) => candidate.queue === name);
      if (queue === undefined) throw new Error(`no queue ${name}`);
      return queue;
    },
  };
}
