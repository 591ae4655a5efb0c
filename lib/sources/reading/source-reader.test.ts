import { expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import type { SourceOutcome } from "@/lib/sources/jobs/job";
import { createReader } from "@/lib/sources/reading/source-reader";

const OUTCOME: SourceOutcome = {
  ok: false,
  state: "unreachable",
  reason: verbatim(""),
  code: "timeout",
  durationMs: 0,
};

test("our own work during a poll does not count as time that the source was busy", async () => {
  const startedMs = performance.now();
  let ownMs = 0;
  const reader = createReader(
    async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const from = performance.now();
      while (performance.now() - from < 50);
      ownMs = performance.now() - from;
      return OUTCOME;
    },
    async () => {},
  );
  const { waitedMs } = await reader.read();
  expect(waitedMs).toBeLessThanOrEqual(performance.now() - startedMs - ownMs);
});

test("overlapping reads share one poll, and closing waits for it", async () => {
  let polls = 0;
  const events: string[] = [];
  let answer = (): void => {};
  const reader = createReader(
    async () => {
      polls++;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      events.push("polled");
      return OUTCOME;
    },
    async () => void events.push("closed"),
  );
  const both = Promise.all([reader.read(), reader.read()]);
  const closed = reader.close();
  answer();
  await Promise.all([both, closed]);
  expect(events).toEqual(["polled", "closed"]);
  expect(polls).toBe(1);
});
