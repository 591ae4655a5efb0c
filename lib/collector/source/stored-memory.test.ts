import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { firstSourceMemory } from "@/lib/collector/source/memory";
import { aJobQueue, sourceTimeline } from "@/lib/collector/source/source-timeline.testing";
import { resumeSourceMemory, storedSourceMemory } from "@/lib/collector/source/stored-memory";
import type { SourceReading } from "@/lib/sources/jobs/job";

const waitingReading = (atMs: number): SourceReading<never> => ({
  ...{ queues: [aJobQueue], runners: null, finishedTotal: null, generation: "1", atMs, clockAheadMs: 0 },
  ...{ exactAgainMs: null, standby: null },
});

const signalAfter = (awayMs: number, signal: string): number | null | undefined => {
  const line = sourceTimeline();
  for (let poll = 0; poll < 36; poll++) line.poll(() => waitingReading(line.nowMs()));
  line.restart({ killed: false, awayMs });
  const { readings } = line.poll(() => waitingReading(line.nowMs()));
  return readings.find((reading) => reading.signal === signal)?.value;
};

describe("time without a process", () => {
  test.each([
    ["a restart", 0, 180],
    ["as long as polls may be apart", 2 * MINUTE, 300],
    // The queue may have been empty meanwhile: only one poll counts, as before it.
    ["longer", HOUR, 180],
  ])("%s: for how long nobody has taken a job", (_, awayMs, seconds) => {
    expect(signalAfter(awayMs, "jobs.untaken")).toBe(seconds);
    expect(signalAfter(awayMs, "jobs.retry.stalled")).toBe(seconds);
  });
});

describe("a memory that cannot be read is left out", () => {
  const first = firstSourceMemory(
    { source: "mine", kind: "sql", pollIntervalMs: 5 * SECOND, runnersExpected: null, registry: new Map() },
    0,
  );
  const text = storedSourceMemory(first) ?? "";
  test.each([
    ["of another version", text.replace('"version":1', '"version":0')],
    ["of another kind of source", text.replace('"kind":"sql"', '"kind":"river"')],
    ["cut off", text.slice(0, -5)],
    ["a number", "7"],
    ["null", "null"],
  ])("%s", (_, stored) => {
    expect(stored).not.toBe(text);
    expect(resumeSourceMemory(first, { text: stored, savedMs: 0 }, 0)).toBe(first);
  });

  test("more than is stored", () => {
    const errors = new Map(Array.from({ length: 30_000 }, (_, at) => [`${at} ${"x".repeat(50)}`, new Map()]));
    expect(storedSourceMemory({ ...first, errors })).toBeNull();
  });
});

/**
 * What is stored of a source. A field that is added, or that changes its meaning, is one that older versions did not write:
 * the version of the stored memory counts up with a change of meaning.
 */
test("the stored fields", () => {
  const memory = firstSourceMemory(
    { source: "mine", kind: "sql", pollIntervalMs: 1, runnersExpected: null, registry: new Map() },
    0,
  );
  const stored: unknown = JSON.parse(storedSourceMemory(memory) ?? "");
  expect(Object.keys(Object(stored)).toSorted().join(" ")).toMatchInlineSnapshot(
    `"application applicationSignals errors failing followed goneSinceMs growth kind lastPollMs leaderlessSinceMs pickup pollDurationMs queueSignals reading registry retryPeaks rollbackMemory rollbacks runners runnersMemory stalled unknownBeforeMs version waiting"`,
  );
});
