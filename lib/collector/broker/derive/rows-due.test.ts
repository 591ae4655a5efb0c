import { describe, expect, test } from "vitest";
import { rowsDue } from "@/lib/collector/broker/derive/rows-due";

const IDS = Array.from(
  { length: 3_000 },
  (_, at) => `main|rabbit@a|10.0.0.1:${at} -> x:5672|${1_795_000_000_000 + at}`,
);
const START = 1_795_000_000_123;

/** How often each row had its turn in so many ms of polls this far apart. */
function turns(everyMs: number, forMs: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = START; at < START + forMs; at += everyMs) {
    const due = rowsDue(at, at + everyMs);
    for (const id of IDS) if (due(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

describe("rows that did not change", () => {
  test.each([1_000, 1_500, 5_000, 8_530, 29_999, 59_999])(
    "have one turn a minute with a poll each %d ms",
    (everyMs) => {
      const polls = Math.ceil(240_000 / everyMs);
      const counts = turns(everyMs, 240_000);
      expect(counts.size).toBe(IDS.length);
      const most = Math.ceil((polls * everyMs) / 60_000);
      for (const count of counts.values()) {
        expect(count).toBeGreaterThanOrEqual(most - 1);
        expect(count).toBeLessThanOrEqual(most + 1);
      }
    },
  );

  test("share a minute evenly among the polls", () => {
    const due = rowsDue(START, START + 5_000);
    const share = IDS.filter(due).length / IDS.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.12);
  });

  test.each([
    ["the first poll", null, START, 0],
    ["a clock put back", START, START - 5_000, 0],
    ["a poll within the same second", START, START + 100, 0],
    ["a poll after a minute and more", START, START + 60_000, IDS.length],
  ])("%s", (_, before, now, count) => {
    expect(IDS.filter(rowsDue(before, now))).toHaveLength(count);
  });
});
