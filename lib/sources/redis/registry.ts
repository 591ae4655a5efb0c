import type { RedisAdapter } from "@/lib/sources/redis/adapter";
import { bullmq } from "@/lib/sources/redis/bullmq/bullmq";
import { celery } from "@/lib/sources/redis/celery/celery";
import { laravelRedis } from "@/lib/sources/redis/laravel/laravel";
import { sidekiq } from "@/lib/sources/redis/sidekiq/sidekiq";

/** The job systems that can be read from Redis. */
const ADAPTERS = [bullmq, sidekiq, celery, laravelRedis] as const;

export type RedisKind = (typeof ADAPTERS)[number]["kind"];

export const REDIS_ADAPTERS: readonly RedisAdapter<RedisKind>[] = ADAPTERS;

export function redisAdapterOf(kind: RedisKind): RedisAdapter<RedisKind> {
  const adapter = REDIS_ADAPTERS.find((other) => other.kind === kind);
  if (adapter === undefined) throw new Error(`no adapter for "${kind}" on Redis`);
  return adapter;
}
