import type { Redis } from "ioredis";
import type { ExampleJobs } from "@/lib/sources/adapters/readings.testing";
import type { RedisExample } from "@/lib/sources/redis/conformance.testing";
import { laravelRedis } from "@/lib/sources/redis/laravel/laravel";

const KEY = "laravel-database-queues:default";
let jobId = 0;

/** Jobs as Laravel 13 stores them (Queue/RedisQueue.php, Queue/LuaScripts.php, Queue/Queue.php). */
export const example: RedisExample = {
  adapter: laravelRedis,
  queue: "default",
  states: ["queued", "queuedLater", "running", "retryDue", "retryLater"],
  lacks: ["lacksFailedJobsInRedis", "lacksRedisKeys"],
  // Nothing is stored of a queue without jobs.
  setUp: async () => {},
  add: async (redis, jobs) => {
    for (let number = 1; number <= jobs.count; number += 1) await addJob(redis, jobs);
  },
  keyOfType: { key: KEY, type: "list" },
};

async function addJob(redis: Redis, { state, dueSeconds, startedSeconds }: ExampleJobs) {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  jobId += 1;
  const job = JSON.stringify({
    uuid: String(jobId),
    data: { command: "s3cret" },
    createdAt: nowSeconds - dueSeconds,
    id: String(jobId),
    attempts: state.startsWith("queued") ? 0 : 1,
    delay: null,
  });
  if (state === "queued") return redis.rpush(KEY, job);
  if (state === "running") return redis.zadd(`${KEY}:reserved`, nowSeconds - startedSeconds + 90, job);
  return redis.zadd(`${KEY}:delayed`, nowSeconds - dueSeconds, job);
}
