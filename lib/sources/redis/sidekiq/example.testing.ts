import type { Redis } from "ioredis";
import type { ExampleJobs, ExampleState } from "@/lib/sources/adapters/readings.testing";
import type { RedisExample } from "@/lib/sources/redis/conformance.testing";
import { sidekiq } from "@/lib/sources/redis/sidekiq/sidekiq";

const QUEUE = "default";
let jobId = 0;

/** Jobs as Sidekiq 8 stores them (client.rb, job_retry.rb and launcher.rb of the gem). */
export const example: RedisExample = {
  adapter: sidekiq,
  queue: QUEUE,
  states: ["queued", "queuedLater", "running", "retryDue", "retryLater", "failed"],
  setUp: async (redis) => {
    await redis.sadd("queues", QUEUE);
  },
  add: async (redis, jobs) => {
    for (let number = 1; number <= jobs.count; number += 1) await addJob(redis, jobs, number);
  },
  owners: async (redis, { name, silentSeconds, holding }) => {
    await addHeartbeat(redis, `${name}:1:abc`, silentSeconds, holding ? 1 : 0);
    if (holding) await work(redis, `${name}:1:abc`, silentSeconds);
  },
  keyOfType: { key: `queue:${QUEUE}`, type: "list" },
};

async function addHeartbeat(redis: Redis, identity: string, silentSeconds: number, busy: number) {
  await redis.sadd("processes", identity);
  await redis.hset(identity, "info", "{}", "beat", Date.now() / 1_000 - silentSeconds, "busy", busy);
}

async function work(redis: Redis, identity: string, startedSeconds: number) {
  jobId += 1;
  const payload = JSON.stringify({ class: "Welcome", jid: `jid${jobId}`, args: ["s3cret"], queue: QUEUE });
  const run_at = Math.floor(Date.now() / 1_000) - startedSeconds;
  await redis.hset(`${identity}:work`, `tid${jobId}`, JSON.stringify({ queue: QUEUE, payload, run_at }));
}

async function addJob(redis: Redis, jobs: ExampleJobs, number: number) {
  const { state, dueSeconds, startedSeconds, error } = jobs;
  if (state === "running") {
    // A process that has been silent for as long as its job runs has lost it.
    const isStale = startedSeconds > 3_600;
    const identity = isStale ? "lost:1:def" : "worker:1:abc";
    await addHeartbeat(redis, identity, isStale ? startedSeconds : 5, number);
    return work(redis, identity, startedSeconds);
  }
  jobId += 1;
  const dueMs = Date.now() - dueSeconds * 1_000;
  const job = JSON.stringify({
    class: "Welcome",
    jid: `jid${jobId}`,
    args: ["s3cret"],
    queue: QUEUE,
    created_at: dueMs,
    ...(state === "queued" ? { enqueued_at: dueMs } : {}),
    ...(error === null ? {} : { error_class: "tmdb", error_message: `429 for job ${number}`, retry_count: 1 }),
  });
  if (state === "queued") return redis.lpush(`queue:${QUEUE}`, job);
  return redis.zadd(SETS[state], dueMs / 1_000, job);
}

const SETS: Readonly<Record<Exclude<ExampleState, "queued" | "running">, string>> = {
  queuedLater: "schedule",
  retryDue: "retry",
  retryLater: "retry",
  failed: "dead",
  done: "dead",
};
