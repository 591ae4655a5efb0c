import { expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { drainOf, type Growth, grow, NO_GROWTH } from "@/lib/sources/jobs/growth";

/** One poll every `everyMs`; "_" is a poll without the number. */
function live(story: string, everyMs: number): { readonly level: number | null; readonly growth: Growth } {
  let growth = NO_GROWTH;
  let level: number | null = null;
  story.split(" ").forEach((word, at) => {
    level = word === "_" ? null : Number(word);
    growth = grow(growth, level, at * everyMs);
  });
  return { level, growth };
}

test.each<[string, string, number, number | null]>([
  ["one number gives no rate", "5", MINUTE, null],
  ["neither do two within half a minute", "5 9", 15 * SECOND, null],
  ["ten a minute", "0 5 10", 30 * SECOND, 10],
  ["a decrease", "30 20", MINUTE, -10],
  ["only the last five minutes count", "1000 0 0 0 0 0 0", MINUTE, 0],
  ["a poll without the number changes nothing", "10 _ 30", MINUTE, 10],
  ["a source polled every 15 minutes is measured from poll to poll", "0 900 1800", 15 * MINUTE, 60],
])("%s", (_, story, everyMs, expected) => expect(live(story, everyMs).growth.perMinute).toBe(expected));

test.each<[string, string, "exact" | "estimated", object]>([
  ["nothing there", "5 0", "exact", { is: "empty" }],
  ["100 left, 50 a minute less", "150 100", "exact", { is: "draining", seconds: 120 }],
  ["growing", "100 150", "exact", { is: "growing" }],
  ["the same", "100 100", "exact", { is: "steady" }],
  ["too slow for a useful forecast", "1000000 999500", "exact", { is: "steady" }],
  ["first poll", "100", "exact", { is: "unknown", because: "too-soon" }],
  ["not counted", "100 _", "exact", { is: "unknown", because: "not-counted" }],
  ["estimates vary", "1000 950", "estimated", { is: "steady" }],
  ["an estimate a fifth lower is a decrease", "1000 800", "estimated", { is: "draining", seconds: 240 }],
])("%s", (_, story, countsAre, expected) => {
  const { level, growth } = live(story, MINUTE);
  expect(drainOf(level, growth, countsAre)).toEqual(expected);
});
