import { describe } from "vitest";
import { example as bullmq } from "@/lib/sources/redis/bullmq/example.testing";
import { example as celery } from "@/lib/sources/redis/celery/example.testing";
import { conformsOnRedis } from "@/lib/sources/redis/conformance.testing";
import { example as laravel } from "@/lib/sources/redis/laravel/example.testing";
import { example as sidekiq } from "@/lib/sources/redis/sidekiq/example.testing";

describe.each([bullmq, sidekiq, celery, laravel].map((example) => [example.adapter.kind, example] as const))(
  "%s on Redis",
  (_, example) => conformsOnRedis(example),
);
