import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { connect, databaseUrl, readingOf } from "@/lib/sources/adapters/databases.testing";
import { TABLE_ADAPTERS } from "@/lib/sources/adapters/registry";
import type { Adapter } from "@/lib/sources/jobs/adapter";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { readOnlyQueries } from "@/lib/sources/reading/read-only-queries";
import { start } from "../world/processes";
import { CASES, type Counted, NOT_TO_BE_HAD, type SystemCase } from "./cases";
import type { Driver } from "./libraries";

/** A library's own polling and retries. */
const READY_WITHIN_MS = 120_000;
/** A retry may become due between the statement and the reading. */
const ATTEMPTS = 5;

const table: string[] = [];

afterAll(() => {
  const missing = NOT_TO_BE_HAD.map(([system, why]) => `not run: ${system}: ${why}`);
  console.log(["", ...table, ...missing, ""].join("\n"));
});

test.each(CASES)("every count of $kind $version equals SQL", async (one) => {
  const adapter = TABLE_ADAPTERS.find(({ kind }) => kind === one.kind);
  if (adapter === undefined) throw new Error(`no adapter ${one.kind}`);
  const name = `lastbeat_systems_${randomBytes(4).toString("hex")}`;
  const admin = await connect(databaseUrl(null));
  await admin.query(`CREATE DATABASE ${name}`);
  const client = await connect(databaseUrl({ database: name }));
  try {
    const jobs = await jobsOf(one.driver(), databaseUrl({ database: name }));
    try {
      if (one.rows !== undefined) await client.query(one.rows);
      const { reading, counted } = await readBoth(adapter, one, client);
      const read = reading.queues.map(toCounted).sort((a, b) => a.queue.localeCompare(b.queue));
      table.push(...read.map((row) => line(one, reading, row, counted)));
      expect(read.filter((row) => !isEmpty(row))).toEqual(counted);
      expect(JSON.stringify(reading)).not.toContain("s3cret");
    } finally {
      await jobs.kill();
    }
  } finally {
    await client.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
});

/** Starts a driver and waits until its jobs are in their states. */
async function jobsOf([command, ...args]: Driver, url: string) {
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const running = await start(command, args, {
    env: { ...process.env, DATABASE_URL: url },
    onLine: (text) => {
      if (text === "READY") isReady();
    },
  });
  const ended = running.exited.then(() => Promise.reject(new Error(running.lastWords())));
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not ready: ${running.lastWords()}`)), READY_WITHIN_MS).unref();
  });
  await Promise.race([ready, ended, late]);
  ended.catch(() => {});
  return running;
}

/** A reading, and the counts that SQL gave both before and after it. */
async function readBoth(adapter: Adapter, { counted }: SystemCase, client: Client) {
  const limits = { timeoutMs: 5_000, deadlineMs: Date.now() + 60_000, schema: adapter.schema };
  const rows = async () => (await client.query<Counted>(counted)).rows;
  for (let attempt = 1; ; attempt++) {
    const before = await rows();
    const reading = await readingOf(adapter, readOnlyQueries(client, limits), { nowMs: Date.now() });
    const after = await rows();
    if (JSON.stringify(before) === JSON.stringify(after) || attempt === ATTEMPTS) return { reading, counted: after };
  }
}

function toCounted({ queue, counts, retry }: SourceReading["queues"][number]): Counted {
  const { queued, scheduled, running, failed, done } = counts;
  return { queue, queued, scheduled, running, retry_due: retry.due, retry_later: retry.later, failed, done };
}

/** A queue that is known by its name alone has no row of jobs. */
const isEmpty = ({ queue: _, ...counts }: Counted): boolean =>
  Object.values(counts).every((count) => count === 0 || count === null);

function line(
  { kind, version }: SystemCase,
  { generation }: SourceReading,
  row: Counted,
  counted: readonly Counted[],
): string {
  const sql = counted.find(({ queue }) => queue === row.queue);
  const cells = Object.entries(row).flatMap(([name, count]) => {
    if (name === "queue") return [];
    const expected = Object.entries(sql ?? {}).find(([other]) => other === name)?.[1] ?? null;
    return `${name} ${count ?? "-"}${(expected ?? 0) === (count ?? 0) ? "" : ` (SQL ${expected ?? "-"})`}`;
  });
  return `${kind} ${version} [${generation}] ${row.queue}: ${cells.join(", ")}`;
}
