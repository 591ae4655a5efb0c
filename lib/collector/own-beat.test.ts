import { expect, test } from "vitest";
import type { ManagementApi } from "@/lib/brokers/management-api";
import { atOwnBeat } from "@/lib/collector/own-beat";
import { done, failed } from "@/lib/errors/failure";

/** A broker whose answers take `tookMs`, asked every 5 s: which of the polls it was asked at. */
async function askedAt(tookMs: number, fails = false): Promise<string> {
  let nowMs = 0;
  const api: ManagementApi = {
    get: async () => {
      nowMs += tookMs;
      if (fails) return failed({ code: "timeout", retry: true, detail: "none" });
      return done({ json: [], bytes: 7, durationMs: tookMs, aheadMs: null });
    },
    close: async () => {},
  };
  const ask = atOwnBeat(
    api,
    "/api/queues",
    (json) => done(json),
    () => nowMs,
  );
  const asked: string[] = [];
  for (let poll = 0; poll < 12; poll++) {
    nowMs = poll * 5_000;
    asked.push((await ask(new AbortController().signal)).fresh ? "x" : ".");
  }
  return asked.join("");
}

test.each([
  ["a cheap list is asked at every poll", 200, false, "xxxxxxxxxxxx"],
  ["one that takes a second, at every second poll", 1_000, false, "x.x.x.x.x.x."],
  ["one that takes three, at every fourth", 3_000, false, "x...x...x..."],
  ["none is older than half a minute", 14_000, false, "x.....x....."],
  ["one that is refused at once is asked again at once", 10, true, "xxxxxxxxxxxx"],
  ["one that fails slowly is not", 3_000, true, "x...x...x..."],
])("%s", async (_, tookMs, fails, expected) => {
  expect(await askedAt(tookMs, fails)).toBe(expected);
});
