import type { Redis } from "ioredis";
import type { ExampleJobs, ExampleState } from "@/lib/sources/adapters/readings.testing";
import { bullmq } from "@/lib/sources/redis/bullmq/bullmq";
import type { RedisExample } from "@/lib/sources/redis/conformance.testing";

const START = "bull:emails";
let jobId = 0;

/** Jobs as BullMQ 6 stores them (src/commands/includes/storeJob.lua, prepareJobForProcessing.lua, getDelayedScore.lua). */
export const example: RedisExample = {
  adapter: bullmq,
  queue: "emails",
  states: ["queued", "queuedLater", "running", "retryDue", "retryLater", "failed", "done"],
  setUp: async (redis) => {
    await redis.hset(`${START}:meta`, { "opts.maxLenEvents": "10000", version: "bullmq:6.2.0" });
  },
  add: async (redis, jobs) => {
    for (let number = 1; number <= jobs.count; number += 1) await addJob(redis, jobs, number);
  },
  owners: "connections",
  lacks: ["lacksClientList"],
  keyOfType: { key: `${START}:wait`, type: "list" },
};

async function addJob(redis: Redis, { state, dueSeconds, startedSeconds, error }: ExampleJobs, number: number) {
  const nowMs = Date.now();
  const dueMs = nowMs - dueSeconds * 1_000;
  jobId += 1;
  const id = String(jobId);
  const delay = state === "queuedLater" ? 3_600_000 : 0;
  const attempts = state === "queued" || state === "queuedLater" ? 0 : 1;
  await redis.hset(`${START}:${id}`, {
    name: "welcome",
    data: '{"to":"s3cret"}',
    opts: JSON.stringify({ attempts: 3, ...(delay === 0 ? {} : { delay }) }),
    timestamp: String(dueMs - delay),
    delay: String(delay),
    priority: "0",
    ...(attempts === 0 ? {} : { atm: "1", processedOn: String(nowMs - startedSeconds * 1_000) }),
    ...(error === null ? {} : { failedReason: `${error} ${number}`, stacktrace: '["s3cret"]' }),
  });
  await PLACES[state](redis, { id, dueMs, nowMs, isStale: startedSeconds > 3_600 });
}

interface Place {
  readonly id: string;
  readonly dueMs: number;
  readonly nowMs: number;
  readonly isStale: boolean;
}

const delayed = (redis: Redis, { id, dueMs }: Place) => redis.zadd(`${START}:delayed`, dueMs * 4_096, id);
const PLACES: Readonly<Record<ExampleState, (redis: Redis, place: Place) => Promise<unknown>>> = {
  queued: (redis, { id }) => redis.lpush(`${START}:wait`, id),
  queuedLater: delayed,
  running: async (redis, { id, isStale }) => {
    await redis.lpush(`${START}:active`, id);
    if (!isStale) await redis.set(`${START}:${id}:lock`, "token", "PX", 30_000);
  },
  retryDue: delayed,
  retryLater: delayed,
  failed: (redis, { id, nowMs }) => redis.zadd(`${START}:failed`, nowMs, id),
  done: (redis, { id, nowMs }) => redis.zadd(`${START}:completed`, nowMs, id),
};
