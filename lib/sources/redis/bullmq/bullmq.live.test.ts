import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RedisServer, startRedis } from "@/e2e/world/redis";
import { renderReason } from "@/lib/base/messages/render-reason";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { createRedisReader } from "@/lib/sources/reading/redis-reader";
import type { SourceReader } from "@/lib/sources/reading/source-reader";
import { example } from "@/lib/sources/redis/bullmq/example.testing";

let server: RedisServer;
let source: SourceReader<never>;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.admin.flushall();
  await example.setUp(server.admin);
  source = createRedisReader({ id: "s", kind: "bullmq", databaseUrl: server.url });
  return () => source.close();
});

async function read(previous?: SourceReading): Promise<SourceReading> {
  const outcome = await source.read(previous ?? null);
  if (!outcome.ok) throw new Error(renderReason(outcome.reason));
  return outcome.reading;
}
const queueOf = (reading: SourceReading) => reading.queues.find(({ queue }) => queue === "emails");
const queued = { state: "queued", count: 3, dueSeconds: 30, startedSeconds: 0, error: null } as const;

test("workers are those connections that are named after a queue", async () => {
  await example.add(server.admin, { ...queued, state: "running", count: 1 });
  const [id = ""] = await server.admin.lrange("bull:emails:active", 0, -1);
  await server.admin.hset(`bull:emails:${id}`, "pb", "transcoder");
  const base = `bull:${Buffer.from("emails").toString("base64")}`;
  const names = [base, base, `${base}:w:transcoder`, `${base}:qe`, "bull:b3RoZXI="];
  const workers = names.map((connectionName) => new Redis(server.port, "127.0.0.1", { connectionName }));
  await Promise.all(workers.map((worker) => worker.ping()));
  const { runners, lacks } = await read();
  for (const worker of workers) worker.disconnect();
  expect((runners ?? []).map(({ name, holding }) => [name, holding.map((job) => job.id)])).toEqual([
    ["emails/transcoder", [id]],
    ["emails@127.0.0.1", []],
    ["emails@127.0.0.1 #2", []],
  ]);
  expect(lacks).toBeUndefined();
});

test("jobs of a paused queue are queued and never due", async () => {
  await example.add(server.admin, queued);
  await server.admin.rename("bull:emails:wait", "bull:emails:paused");
  await server.admin.hset("bull:emails:meta", "paused", "1");
  const queue = queueOf(await read());
  expect([queue?.counts.queued, queue?.oldestDueSeconds]).toEqual([3, null]);
});

test("the marker of version 4 is no job", async () => {
  await example.add(server.admin, queued);
  await server.admin.rpush("bull:emails:wait", "0:1700000000000");
  expect(queueOf(await read())?.counts.queued).toBe(3);
});

test("the first job of the lowest priority counts among the oldest", async () => {
  await example.add(server.admin, { ...queued, count: 7, dueSeconds: 10 });
  await example.add(server.admin, { ...queued, count: 1, dueSeconds: 900 });
  const ids = await server.admin.lrange("bull:emails:wait", 0, -1);
  await server.admin.del("bull:emails:wait");
  // The newest in the list is the oldest job: of priority 5, behind those of priority 1.
  for (const [index, id] of ids.entries())
    await server.admin.zadd("bull:emails:prioritized", (index === 0 ? 5 : 1) * 0x100000000 + index, id);
  const queue = queueOf(await read());
  expect(queue?.counts.queued).toBe(8);
  expect(queue?.oldestDueSeconds).toBeGreaterThanOrEqual(900);
});

test("more delayed jobs than are read are an estimate, whose sum is exact", async () => {
  const retry = { ...queued, count: 600, dueSeconds: -600, error: "timeout" };
  await example.add(server.admin, { ...retry, state: "retryLater" });
  await example.add(server.admin, { ...retry, state: "queuedLater", count: 1_400, dueSeconds: -7_200, error: null });
  const queue = queueOf(await read());
  expect(queue?.countsAre).toBe("estimated");
  expect((queue?.counts.scheduled ?? 0) + (queue?.counts.retry ?? 0)).toBe(2_000);
  expect(queue?.counts.retry).toBeGreaterThan(550);
  expect(queue?.counts.retry).toBeLessThan(650);
});
