import { expect, test } from "vitest";
import { literally, type RunCommands } from "@/lib/sources/redis/commands";
import { finderOf, type ScanMemory } from "@/lib/sources/redis/find-keys";

/** A database whose scan takes `calls` calls, each of which finds one key. */
function databaseOf(calls: number) {
  const sent: unknown[] = [];
  const run: RunCommands = async ({ commands }) =>
    commands.map(([, cursor]) => {
      sent.push(cursor);
      const next = Number(cursor) + 1;
      return [String(next === calls ? 0 : next), [`key-${cursor}`]];
    });
  return { run, sent };
}

test("a scan continues at the next poll, and begins anew a minute after its end", async () => {
  const { run, sent } = databaseOf(150);
  const memory: ScanMemory = new Map();
  const at = (nowMs: number) => finderOf(run, memory, nowMs)("*");
  const first = await at(0);
  expect([first.keys.length, first.complete, sent.length]).toEqual([100, false, 100]);
  const second = await at(15_000);
  expect([second.keys.length, second.complete, sent.length]).toEqual([150, true, 150]);
  expect([(await at(74_999)).keys.length, sent.length]).toEqual([150, 150]);
  const again = await at(75_000);
  // Half-way through the next scan, what the last one found is still known.
  expect([again.keys.length, again.complete, sent.length]).toEqual([150, true, 250]);
});

test("a prefix is matched literally in a pattern", () => {
  expect(literally("a*b?[c]\\d:e")).toBe("a\\*b\\?\\[c\\]\\\\d:e");
});
