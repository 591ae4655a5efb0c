import "server-only";
import { expect, test } from "vitest";
import { example } from "@/lib/sources/adapters/kyoo/example.testing";
import type { OpenWorld } from "@/lib/sources/adapters/tables.testing";
import { tried } from "@/lib/sources/adapters/traps.testing";

/** For tests only: what is true of Kyoo alone, on any engine. */
export function claims(open: OpenWorld): void {
  const { run, read, queue } = tried(example, open);

  test("whether a leader is there is a fact of the reading: its own lock, not any", async () => {
    expect((await read()).leader).toEqual({ present: false, waitingSinceMs: null });
    await run("SELECT pg_advisory_lock(198348), pg_advisory_lock(0, 198347)");
    expect((await read()).leader?.present).toBe(false);
    await run("SELECT pg_advisory_lock(198347)");
    expect((await read()).leader?.present).toBe(true);
    await run("SELECT pg_advisory_unlock_all()");
    expect((await read()).leader?.present).toBe(false);
  });

  test("pending requests that nobody takes are followed from when they were first seen to stand", async () => {
    await run("INSERT INTO scanner.requests (kind, title) VALUES ('movie', 'a'), ('episode', 'b')");
    const first = await read();
    const second = await read(first);
    expect(second.leader?.waitingSinceMs).toBe(first.atMs);
    await run("UPDATE scanner.requests SET status = 'running', started_at = now() WHERE title = 'a'");
    expect((await read(second)).leader?.waitingSinceMs).toBeNull();
  });

  test("running for 31 min is stuck; an error is its title and message, of which either may be missing", async () => {
    await run(`
      INSERT INTO scanner.requests (kind, title, status, started_at, error) VALUES
        ('movie', 'a', 'running', now() - interval '31 minutes', NULL),
        ('movie', 'b', 'running', now() - interval '29 minutes', NULL),
        ('movie', 'c', 'failed', now(), '{"title":"ProviderError","message":"tmdb 429","traceback":["s3cret"]}'),
        ('movie', 'd', 'failed', now(), '{"message":"no match"}'), ('movie', 'e', 'failed', now(), NULL)`);
    const one = await queue();
    expect([one.stuck, one.counts.failed]).toEqual([1, 3]);
    expect(one.errors.map((error) => error.group).sort()).toEqual(["ProviderError: tmdb #", "no match"]);
  });
}
