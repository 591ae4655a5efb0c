import { expect, test } from "vitest";
import { firstMemory } from "@/lib/collector/broker/memory";
import {
  isBrokerMemoryDue,
  resumeBrokerMemory,
  storedBrokerMemory,
  withoutLearned,
} from "@/lib/collector/broker/stored-memory";

const first = firstMemory("main", 5_000, 0, { clients: [], sessions: [] });
const learned = { ...first, heartbeatEndsMs: new Map([["s1", 7]]), uptimesMs: new Map([["rabbit@a", 9]]) };

test("what was learned goes on, and is dropped as a whole where it cannot be continued", () => {
  const resumed = resumeBrokerMemory(first, storedBrokerMemory(learned));
  expect(resumed).toEqual(learned);
  expect(withoutLearned(resumed, 0)).toEqual(first);
});

test.each(["null", "7", '{"version":0}', "{"])("%s is nothing that was stored by this version", (text) => {
  expect(resumeBrokerMemory(first, text)).toBe(first);
});

test("more than is stored is not stored, and is tried again after ten minutes", () => {
  const many = new Map(Array.from({ length: 60_000 }, (_, at) => [`session ${at} ${"x".repeat(30)}`, at]));
  const text = storedBrokerMemory({ ...first, heartbeatEndsMs: many });
  expect(text).toBeNull();
  const dueAt = [59_000, 60_000, 599_000, 600_000].map((nowMs) => isBrokerMemoryDue({ savedMs: 0, text }, nowMs));
  expect(dueAt).toEqual([false, false, false, true]);
  expect(isBrokerMemoryDue({ savedMs: 0, text: "{}" }, 60_000)).toBe(true);
});
