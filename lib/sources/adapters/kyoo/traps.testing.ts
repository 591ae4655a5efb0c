import "server-only";
import { expect, test } from "vitest";
import type { OpenDatabase } from "@/lib/sources/adapters/databases.testing";
import { exampleDatabase } from "@/lib/sources/adapters/example-database.testing";
import { example } from "@/lib/sources/adapters/kyoo/example.testing";

/** What holds for Kyoo alone, on any engine. */
export function traps(open: OpenDatabase): void {
  const { run, read, queue } = exampleDatabase(example, open);

  test("a reading says whether a leader is present: by Kyoo's own lock, not by any lock", async () => {
    expect((await read()).leader).toEqual({ present: false, waitingSinceMs: null });
    await run("SELECT pg_advisory_lock(198348), pg_advisory_lock(0, 198347)");
    expect((await read()).leader?.present).toBe(false);
    await run("SELECT pg_advisory_lock(198347)");
    expect((await read()).leader?.present).toBe(true);
    await run("SELECT pg_advisory_unlock_all()");
    expect((await read()).leader?.present).toBe(false);
  });

  test("pending requests that nobody picks up are tracked since the first poll that saw them", async () => {
    await run("INSERT INTO scanner.requests (kind, title) VALUES ('movie', 'a'), ('episode', 'b')");
    const first = await read();
    const second = await read(first);
    expect(second.leader?.waitingSinceMs).toBe(first.atMs);
    await run("UPDATE scanner.requests SET status = 'running', started_at = now() WHERE title = 'a'");
    expect((await read(second)).leader?.waitingSinceMs).toBeNull();
  });

  test("running for 31 min is stuck; an error consists of title and message, either of which may be missing", async () => {
    await run(`
      INSERT INTO scanner.requests (kind, title, status, started_at, error) VALUES
        ('movie', 'a', 'running', now() - interval '31 minutes', NULL),
        ('movie', 'b', 'running', now() - interval '29 minutes', NULL),
        ('movie', 'c', 'failed', now(), '{"title":"ProviderError","message":"tmdb 429","traceback":["s3cret"]}'),
        ('movie', 'd', 'failed', now(), '{"message":"no match"}'), ('movie', 'e', 'failed', now(), NULL)`);
    const scanner = await queue();
    expect([scanner.stuck, scanner.counts.failed]).toEqual([1, 3]);
    expect(scanner.errors.map(({ group }) => group).sort()).toEqual(["ProviderError: tmdb #", "no match"]);
  });
}
