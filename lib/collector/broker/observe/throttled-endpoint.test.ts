import { expect, test } from "vitest";
import { done, failed } from "@/lib/base/errors/failure";
import { verbatim } from "@/lib/base/messages/reason";
import { throttledEndpoint } from "@/lib/collector/broker/observe/throttled-endpoint";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";

/** A broker whose answers take `tookMs`, polled every 5 s: which of the polls had news, and which waited for it. */
async function newsAt(tookMs: number, fails = false): Promise<string> {
  let nowMs = 0;
  const api: ManagementApi = {
    get: async () => {
      nowMs += tookMs;
      if (fails) return failed({ code: "timeout", retry: true, reason: verbatim("none") });
      return done({ json: [], bytes: 7, durationMs: tookMs, aheadMs: null });
    },
    close: async () => {},
  };
  const endpoint = throttledEndpoint(
    api,
    () => "/api/queues",
    (json) => done(json),
    () => nowMs,
  );
  const news: string[] = [];
  for (let poll = 0; poll < 12; poll++) {
    nowMs = poll * 5_000;
    const { fresh } = await endpoint.read(new AbortController().signal);
    news.push(fresh ? (nowMs > poll * 5_000 ? "W" : "n") : ".");
    await endpoint.readAhead(new AbortController().signal);
  }
  return news.join("");
}

test.each([
  ["a quick list is waited for at every poll", 200, false, "WWWWWWWWWWWW"],
  ["one that takes half a second is asked between two polls, and none waits", 500, false, "W.nnnnnnnnnn"],
  ["one that takes a second, after every second", 1_000, false, "W..n.n.n.n.n"],
  ["one that takes three, after every fourth", 3_000, false, "W....n...n.."],
  ["it is asked again after half a minute, whatever it takes", 14_000, false, "W......n...."],
  ["one that is refused at once is asked again at once", 10, true, "WWWWWWWWWWWW"],
  ["one that fails slowly is not", 3_000, true, "W....n...n.."],
])("%s", async (_, tookMs, fails, expected) => {
  expect(await newsAt(tookMs, fails)).toBe(expected);
});
