import { afterEach, describe, expect, test } from "vitest";
import { type RedisOptions, type RedisServer, startRedis } from "@/e2e/world/redis";
import { renderReason } from "@/lib/base/messages/render-reason";
import { createAuthority } from "@/lib/base/tls/authority.testing";
import { createRedisReader, type RedisSource } from "@/lib/sources/reading/redis-reader";
import type { SourceReader } from "@/lib/sources/reading/source-reader";

/** In the year 2286. */
const FAR_SECONDS = 9_999_999_999;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
});

async function serverWith(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  undo.push(() => server.stop());
  return server;
}

function sourceOf(server: RedisServer, fields: Partial<RedisSource> = {}, timeoutMs?: number): SourceReader<never> {
  const source = createRedisReader({ id: "s", kind: "sidekiq", databaseUrl: server.url, ...fields }, timeoutMs);
  undo.push(() => source.close());
  return source;
}

async function outcome(source: SourceReader<never>): Promise<string> {
  const result = await source.read();
  return result.ok ? "ok" : `${result.state}: ${renderReason(result.reason)}`;
}

async function queuesOf(source: SourceReader<never>) {
  const result = await source.read();
  if (!result.ok) throw new Error(renderReason(result.reason));
  return new Map(result.reading.queues.map((queue) => [queue.queue, queue]));
}

const login = (server: RedisServer, user: string, password: string) =>
  server.url.replace("://", `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);

describe("a server that cannot be read", () => {
  test("is unreachable while it is away, and is read again once it is back", async () => {
    const server = await serverWith();
    const source = sourceOf(server);
    expect(await outcome(source)).toBe("ok");
    await server.process.kill();
    expect(await outcome(source)).toMatch(/^unreachable: 127\.0\.0\.1:\d+ /);
    expect(await outcome(source)).toBe(`unreachable: 127.0.0.1:${server.port} refuses connections.`);
    const again = await server.restart();
    undo.push(() => again.stop());
    expect(await outcome(source)).toBe("ok");
  });

  test("is out of time while it hangs, and is read again afterwards", async () => {
    const server = await serverWith();
    const source = sourceOf(server, {}, 500);
    expect(await outcome(source)).toBe("ok");
    server.process.signal("SIGSTOP");
    expect(await outcome(source)).toBe("timeout: The database did not answer within the time a poll may cost it.");
    server.process.signal("SIGCONT");
    expect(await outcome(source)).toBe("ok");
  });

  test("is starting up while it loads its data", async () => {
    const server = await serverWith({
      settings: ["key-load-delay 3000", "loading-process-events-interval-bytes 1024"],
    });
    await server.admin.call("DEBUG", "POPULATE", 700);
    const loading = server.admin.call("DEBUG", "RELOAD").catch(() => undefined);
    const source = sourceOf(server);
    let answer = await outcome(source);
    while (answer === "ok") answer = await outcome(source);
    expect(answer).toBe(`unreachable: 127.0.0.1:${server.port} is starting up.`);
    await loading;
    expect(await outcome(source)).toBe("ok");
  });
});

describe("sign-in", () => {
  test("a password with any character, and every way to get it wrong", async () => {
    const server = await serverWith();
    const password = "p@ss/w?o#r:d %41&é'\"\\";
    await server.admin.call("ACL", "SETUSER", "mon/itor", "on", `>${password}`, "~*", "+@read");
    const at = `127.0.0.1:${server.port}`;
    expect(await outcome(sourceOf(server, { databaseUrl: login(server, "mon/itor", password) }))).toBe("ok");
    const wrong = sourceOf(server, { databaseUrl: login(server, "mon/itor", "other") });
    expect(await outcome(wrong)).toBe(`unauthorized: ${at} refused the sign-in of mon/itor.`);
    const unknown = sourceOf(server, { databaseUrl: login(server, "nobody", "other") });
    expect(await outcome(unknown)).toBe(`unauthorized: ${at} refused the sign-in of nobody.`);
    await server.admin.call("ACL", "SETUSER", "default", ">needed");
    expect(await outcome(sourceOf(server))).toBe(
      `unauthorized: ${at} asks default for a password and the URL has none.`,
    );
    expect(await outcome(sourceOf(server, { databaseUrl: login(server, "", "needed") }))).toBe("ok");
  });

  test("another database than 0 needs the right to select it", async () => {
    const server = await serverWith();
    await server.admin.select(3);
    await server.admin.sadd("queues", "mail");
    await server.admin.call("ACL", "SETUSER", "monitor", "on", ">s3cret", "~*", "+@read");
    const source = sourceOf(server, { databaseUrl: `${login(server, "monitor", "s3cret")}/3` });
    expect(await outcome(source)).toBe(
      "unauthorized: monitor may not run every command this source needs. Run: ACL SETUSER monitor +@read +select",
    );
    await server.admin.call("ACL", "SETUSER", "monitor", "+select");
    expect([...(await queuesOf(source)).keys()]).toEqual(["mail"]);
    const beyond = sourceOf(server, { databaseUrl: `${server.url}/99` });
    expect(await outcome(beyond)).toBe(`unreachable: 127.0.0.1:${server.port} has no database of that name.`);
  });

  test("TLS with a private authority", async () => {
    const authority = createAuthority();
    undo.push(() => authority.remove());
    const issued = authority.issue(["127.0.0.1"]);
    const server = await serverWith({ tls: { ...issued, caFile: authority.caFile } });
    expect(await outcome(sourceOf(server, { caFile: authority.caFile }))).toBe("ok");
    expect(await outcome(sourceOf(server))).toMatch(/^unreachable: .* its certificate is of an authority/);
  });

  test("a node of a cluster is named as such", async () => {
    const server = await serverWith({ settings: ["cluster-enabled yes"] });
    expect(await outcome(sourceOf(server))).toBe(
      `incompatible: 127.0.0.1:${server.port} is a node of a Redis Cluster, which cannot be read: its keys are on several servers.`,
    );
  });
});

describe("bounds", () => {
  test.each(["sidekiq", "celery", "bullmq", "laravel"] as const)(
    "%s is read without the command MEMORY",
    async (kind) => {
      const server = await serverWith({ settings: ['rename-command MEMORY ""'] });
      await server.admin.zadd("retry", FAR_SECONDS, '{"queue":"mail"}');
      await server.admin.sadd("processes", "host:1:abc");
      await server.admin.hset("host:1:abc", "beat", "1", "busy", "0");
      await server.admin.zadd("unacked_index", 1, "tag");
      await server.admin.hset("unacked", "tag", '[{},"","mail"]');
      await server.admin.zadd("bull:mail:delayed", FAR_SECONDS, "1");
      await server.admin.hset("bull:mail:meta", "version", "x");
      await server.admin.zadd("laravel-database-queues:mail:delayed", FAR_SECONDS, "{}");
      expect((await queuesOf(sourceOf(server, { kind }))).get("mail")?.countsAre).toBe("exact");
    },
  );

  test("names of any form are read as they are", async () => {
    const server = await serverWith();
    const names = ["a*b[c]?", "quote\"'\n", "__proto__", "邮件", "x".repeat(5_000), "{slot}", ""];
    for (const name of names) {
      await server.admin.sadd("queues", name);
      await server.admin.rpush(`queue:${name}`, '{"enqueued_at":1}');
      await server.admin.hset(`bull:*[${name}]:meta`, "version", "x");
      await server.admin.lpush(`bull:*[${name}]:wait`, "1");
    }
    const queues = await queuesOf(sourceOf(server));
    expect([...queues.keys()].sort()).toEqual([...names].sort());
    const bullmq = await queuesOf(sourceOf(server, { kind: "bullmq" }));
    expect([...bullmq.values()].map(({ counts }) => counts.queued)).toEqual(names.map(() => 1));
  });

  test("what is not JSON, or JSON of another form, is a job without a time", async () => {
    const server = await serverWith();
    await server.admin.sadd("queues", "mail");
    for (const text of ["", "null", "[]", "{", '{"enqueued_at":{}}', '{"enqueued_at":"x"}', "\xff\x00"]) {
      await server.admin.del("queue:mail", "retry");
      await server.admin.rpush("queue:mail", text);
      await server.admin.zadd("retry", 1, text);
      const mail = (await queuesOf(sourceOf(server))).get("mail");
      expect([mail?.counts.queued, mail?.oldestDueSeconds]).toEqual([1, null]);
    }
  });

  test("jobs of a megabyte are sampled, and one that weighs too much is read once and is of unknown age", async () => {
    const server = await serverWith();
    await server.admin.sadd("queues", "mail");
    const args = "x".repeat(1_000_000);
    for (let number = 0; number < 20; number += 1) {
      await server.admin.zadd("retry", FAR_SECONDS, JSON.stringify({ queue: "mail", jid: number, args }));
      await server.admin.lpush("queue:mail", JSON.stringify({ enqueued_at: 1, jid: number, args }));
    }
    const source = sourceOf(server);
    const mail = (await queuesOf(source)).get("mail");
    expect([mail?.counts.queued, mail?.counts.retry, mail?.countsAre]).toEqual([20, 20, "estimated"]);
    expect(mail?.oldestDueSeconds).toBeGreaterThan(1_000_000);
    await server.admin.rpush("queue:mail", JSON.stringify({ enqueued_at: 1, args: "x".repeat(20_000_000) }));
    await server.admin.config("RESETSTAT");
    const larger = [await queuesOf(source), await queuesOf(source)].map((queues) => queues.get("mail"));
    expect(larger.map((queue) => [queue?.counts.queued, queue?.oldestDueSeconds])).toEqual([
      [21, null],
      [21, null],
    ]);
    expect(await server.admin.info("commandstats")).toMatch(/cmdstat_lindex:calls=1,/);
  });

  test("a large database is scanned a part at each poll, with nothing but SCAN", async () => {
    const server = await serverWith();
    await server.admin.call("DEBUG", "POPULATE", 150_000, "bull:emails", 10);
    await server.admin.hset("bull:emails:meta", "version", "x");
    await server.admin.config("RESETSTAT");
    const source = sourceOf(server, { kind: "bullmq" });
    const readings = [await source.read(), await source.read(), await source.read()];
    expect(readings.map((result) => result.ok && (result.reading.cut ?? false))).toEqual([true, false, false]);
    const last = readings.at(-1);
    expect(last?.ok && last.reading.queues.map(({ queue }) => queue)).toEqual(["emails"]);
    const stats = await server.admin.info("commandstats");
    expect(stats).not.toContain("cmdstat_keys");
    expect(Number(/cmdstat_scan:calls=(\d+)/.exec(stats)?.[1])).toBeLessThanOrEqual(200);
  });
});
