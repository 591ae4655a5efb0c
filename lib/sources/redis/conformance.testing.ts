import "server-only";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RedisServer, startRedis } from "@/e2e/world/redis";
import type { ReasonCode } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import {
  type ExampleJobs,
  type ExampleOwner,
  type ExampleState,
  JOBS,
  reads,
} from "@/lib/sources/adapters/readings.testing";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { createRedisReader } from "@/lib/sources/reading/redis-reader";
import type { SourceReader } from "@/lib/sources/reading/source-reader";
import type { RedisAdapter } from "@/lib/sources/redis/adapter";
import type { RedisKind } from "@/lib/sources/redis/registry";

/** One system on Redis, and how it writes its jobs. */
export interface RedisExample {
  readonly adapter: RedisAdapter<RedisKind>;
  readonly queue: string;
  /** The states that it has. */
  readonly states: readonly ExampleState[];
  /** What it stores before its first job. */
  setUp(redis: Redis): Promise<void>;
  /** Adds jobs with `s3cret` in their payload. */
  add(redis: Redis, jobs: ExampleJobs): Promise<void>;
  /** Adds a worker; `connections`: workers are known by their connections, which need a further right. Absent: none. */
  readonly owners?: "connections" | ((redis: Redis, owner: ExampleOwner) => Promise<void>);
  readonly lacks?: readonly ReasonCode[];
  /** A key that it must find with this type. */
  readonly keyOfType: { readonly key: string; readonly type: "list" };
}

const USER = "monitor";
/** Every character that ends a URL early. */
const PASSWORD = "p@ss/w?o#r:d %41&é";

/** What every adapter must do on a real server, with the rights that its source asks for and no other. */
export function conformsOnRedis(example: RedisExample): void {
  const { adapter, owners } = example;
  let server: RedisServer;
  let source: SourceReader<never>;
  beforeAll(async () => {
    server = await startRedis();
    await server.admin.call("ACL", "SETUSER", USER, "on", `>${PASSWORD}`, "~*", "+@read");
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.admin.flushall();
    await example.setUp(server.admin);
    source = createRedisReader({ id: "s", kind: adapter.kind, databaseUrl: urlAs(USER, PASSWORD) });
    return () => source.close();
  });

  const urlAs = (user: string, password: string) =>
    server.url.replace("://", `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
  const read = async (previous?: SourceReading): Promise<SourceReading> => {
    const outcome = await source.read(previous ?? null);
    if (!outcome.ok) throw new Error(renderReason(outcome.reason));
    return outcome.reading;
  };
  const failure = async () => {
    const outcome = await source.read(null);
    return outcome.ok ? "none" : `${outcome.state}: ${renderReason(outcome.reason)}`;
  };

  describe("as every job system", () => {
    reads({
      capabilities:
        owners === "connections" ? { ...adapter.capabilities, owners: "unsupported" } : adapter.capabilities,
      queue: example.queue,
      has: (state) => example.states.includes(state),
      add: (jobs) => example.add(server.admin, jobs),
      ...(typeof owners === "function" ? { addOwner: (owner) => owners(server.admin, owner) } : {}),
      read,
      errorsIn: example.states.filter((state) => ["retryDue", "retryLater", "failed"].includes(state)),
      lacks: example.lacks,
    });
  });

  const addAll = async () => {
    for (const jobs of JOBS) if (example.states.includes(jobs.state)) await example.add(server.admin, jobs);
  };

  test("a reading contains nothing of a payload", async () => {
    await addAll();
    const reading = await read();
    expect(reading.queues).not.toEqual([]);
    expect(JSON.stringify(reading)).not.toContain("s3cret");
  });

  test("every command that it sends is of @read", async () => {
    await addAll();
    await server.admin.config("RESETSTAT");
    await read(await read());
    const used = (await server.admin.info("commandstats")).match(/cmdstat_[^:]+/g) ?? [];
    const readOnly = await server.admin.call("ACL", "CAT", "read");
    const allowed = new Set([...(Array.isArray(readOnly) ? readOnly : []), "client|list", "auth", "select"]);
    const others = used.map((name) => name.slice("cmdstat_".length)).filter((name) => !allowed.has(name));
    // The two commands of this test itself.
    expect(others.filter((name) => !["config|resetstat", "info", "acl|cat"].includes(name))).toEqual([]);
    expect(used).not.toContain("cmdstat_keys");
  });

  test("a key of another type is named", async () => {
    const { key } = example.keyOfType;
    await addAll();
    await server.admin.del(key);
    await server.admin.set(key, "text");
    expect(await failure()).toBe(`incompatible: The key ${key} is of another type than in this job system.`);
    await server.admin.del(key);
    expect(await failure()).toBe("none");
  });

  test("a missing right is reported with the rule to give", async () => {
    await addAll();
    await server.admin.call("ACL", "SETUSER", USER, "-@read");
    const rule = `ACL SETUSER ${USER} +@read`;
    expect(await failure()).toBe(`unauthorized: ${USER} may not run every command this source needs. Run: ${rule}`);
    await server.admin.call("ACL", "SETUSER", USER, "+@read", "resetkeys");
    const keys = `ACL SETUSER ${USER} ~*`;
    expect(await failure()).toBe(`unauthorized: ${USER} may not run every command this source needs. Run: ${keys}`);
    await server.admin.call("ACL", "SETUSER", USER, "~*");
    expect(await failure()).toBe("none");
  });
}
