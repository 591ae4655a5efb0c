import { z } from "zod";
import { redisUrl } from "@/lib/config/urls";
import type { RedisAdapter } from "@/lib/sources/redis/adapter";
import { QUEUES_MAX } from "@/lib/sources/redis/queue-facts";

/** Longer than any prefix, and short enough for a sentence. */
const PREFIX_MAX = 200;
const QUEUE_NAME_MAX = 200;

/** The settings that only a job system on Redis has. */
export const redisSettings = {
  /** What its keys begin with, where it is not the default of the kind. */
  prefix: z.string().max(PREFIX_MAX).optional(),
  /** The queues to read, instead of all that are found. */
  queues: z.array(z.string().min(1).max(QUEUE_NAME_MAX)).min(1).max(QUEUES_MAX).optional(),
};

/** A job system that is stored in Redis and nowhere else. `common`: what every source has. */
export const redisSource = <Kind extends string, Common extends z.core.$ZodLooseShape>(
  adapter: RedisAdapter<Kind>,
  common: Common,
) => z.strictObject({ ...common, ...redisSettings, databaseUrl: redisUrl, kind: z.literal(adapter.kind) });

export const isRedisUrl = (databaseUrl: string): boolean => /^rediss?:/i.test(databaseUrl);
