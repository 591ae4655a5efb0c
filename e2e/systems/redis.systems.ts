import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { createRedisReader, type RedisSource } from "@/lib/sources/reading/redis-reader";
import { start } from "../world/processes";
import { type RedisServer, startRedis } from "../world/redis";
import { type Driver, debian, npm, python } from "./libraries";

/** A library's own polling, heartbeats and retries. */
const READY_WITHIN_MS = 120_000;

interface RedisCase {
  readonly kind: RedisSource["kind"];
  readonly version: string;
  readonly driver: () => Driver;
  readonly prefix?: string;
}

const CASES: readonly RedisCase[] = [
  ...["4.18.3", "5.81.5", "6.7.0"].map((version) => ({
    kind: "bullmq" as const,
    version,
    driver: () => npm("bullmq", version, "bullmq.mjs", "ioredis"),
  })),
  ...["5.2.7", "5.7.0"].map((version) => ({
    kind: "celery" as const,
    version,
    driver: () => python([`celery==${version}`, "redis", "packaging", "setuptools<80"], "celery_jobs.py"),
    prefix: "app:",
  })),
  {
    kind: "sidekiq",
    version: "Debian's",
    driver: () => debian(["ruby-sidekiq"], "ruby", "sidekiq_jobs.rb"),
  },
  {
    kind: "laravel",
    version: "Debian's",
    driver: () => debian(["php-cli", "php-redis", "php-laravel-framework"], "php", "laravel_redis.php"),
    prefix: "shop_database_",
  },
];

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.admin.flushall();
});

test.each(CASES)("every count of $kind $version on Redis equals its own", async ({ kind, driver, prefix }) => {
  const [command, ...args] = driver();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const running = await start(command, args, {
    env: { ...process.env, DATABASE_URL: server.url },
    onLine: (line) => {
      if (line.startsWith("OWN ")) resolve(JSON.parse(line.slice("OWN ".length)));
    },
  });
  void running.exited.then(() => reject(new Error(running.lastWords())));
  const timer = setTimeout(() => reject(new Error(`not ready: ${running.lastWords()}`)), READY_WITHIN_MS);
  const source = createRedisReader({ id: "s", kind, databaseUrl: server.url, prefix });
  try {
    const own = await promise;
    const outcome = await source.read();
    if (!outcome.ok) throw new Error(renderReason(outcome.reason));
    const { queues } = outcome.reading;
    console.log(`${kind}: ${JSON.stringify(queues.map(asOwn))}`);
    expect(queues.map(asOwn)).toEqual(own);
    expect(JSON.stringify(outcome.reading)).not.toContain("s3cret");
  } finally {
    clearTimeout(timer);
    await source.close();
    await running.kill();
  }
});

/** The systems themselves do not tell a job that is due later from one that will be tried again later. */
const asOwn = ({ queue, counts }: JobQueue) => ({
  queue,
  queued: counts.queued,
  running: counts.running,
  delayed: (counts.scheduled ?? 0) + (counts.retry ?? 0),
  failed: counts.failed,
  done: counts.done,
});
