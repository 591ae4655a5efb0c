import { expect, test } from "vitest";
import type { RedisContext } from "@/lib/sources/redis/adapter";
import type { RedisCommand, RunCommands } from "@/lib/sources/redis/commands";
import { laravelRedis } from "@/lib/sources/redis/laravel/laravel";

/** A server with these lengths of lists and nothing else. */
const serverWith =
  (lengths: Readonly<Record<string, number>>): RunCommands =>
  async ({ commands }) =>
    commands.map(([command, key]: RedisCommand) => (command === "LLEN" ? (lengths[String(key)] ?? 0) : null));

const context: RedisContext = {
  source: "s",
  nowMs: 1_000_000,
  previous: null,
  prefix: "shop:",
  queues: null,
  findKeys: async () => ({ keys: [], complete: true }),
};

test("a queue that was empty when the keys were looked for is read by its name", async () => {
  const findKeys = async () => ({ keys: ["shop:queues:mail"], complete: true });
  const first = await laravelRedis.read(serverWith({ "shop:queues:mail": 2 }), { ...context, findKeys });
  if (!first.ok) throw new Error("not read");
  const previous = { ...first.value, standby: null };
  const second = await laravelRedis.read(serverWith({ "shop:queues:mail": 3 }), { ...context, previous });
  expect(second.ok && second.value.queues.map(({ queue, counts }) => [queue, counts.queued])).toEqual([["mail", 3]]);
});
