import type { ExampleJobs } from "@/lib/sources/adapters/readings.testing";
import { celery } from "@/lib/sources/redis/celery/celery";
import type { RedisExample } from "@/lib/sources/redis/conformance.testing";

let tag = 0;

/** Messages as kombu 5 stores them (kombu/transport/redis.py, QoS.append). */
export const example: RedisExample = {
  adapter: celery,
  queue: "celery",
  states: ["queued", "queuedLater", "running", "retryLater"],
  lacks: ["lacksMessageTimes"],
  setUp: async (redis) => {
    await redis.sadd("_kombu.binding.celery", "celery\x06\x16\x06\x16celery");
    await redis.sadd("_kombu.binding.celeryev", "worker.#\x06\x16\x06\x16celeryev.1");
  },
  add: async (redis, jobs) => {
    for (let number = 1; number <= jobs.count; number += 1) {
      if (jobs.state === "queued") await redis.lpush(number % 2 === 0 ? "celery" : "celery\x06\x163", message(jobs));
      else {
        tag += 1;
        await redis.hset("unacked", `tag${tag}`, JSON.stringify([JSON.parse(message(jobs)), "", "celery"]));
        await redis.zadd("unacked_index", Date.now() / 1_000 - jobs.startedSeconds, `tag${tag}`);
      }
    }
  },
  keyOfType: { key: "celery", type: "list" },
};

function message({ state, dueSeconds }: ExampleJobs): string {
  const eta = dueSeconds < 0 ? new Date(Date.now() - dueSeconds * 1_000).toISOString() : null;
  const headers = { task: "app.welcome", eta, retries: state === "retryLater" ? 1 : 0, argsrepr: "('s3cret',)" };
  return JSON.stringify({ body: "czNjcmV0", headers, properties: { delivery_info: { routing_key: "celery" } } });
}
