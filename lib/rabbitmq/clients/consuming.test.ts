import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import {
  type ConsumingState,
  followConsuming,
  NOT_CONSUMING,
  withoutConsumersSeconds,
} from "@/lib/rabbitmq/clients/consuming";

const STEADY = 10 * MINUTE;

/** "3x10m" is ten minutes of looks, one a minute, that see three consumers; "?" unreadable, "-" not connected. */
function live(story: string): { readonly at: ConsumingState; readonly told: string } {
  let at = NOT_CONSUMING;
  let nowMs = 0;
  for (const part of story.split(" ")) {
    const [, what = "", times = "1", unit = "m"] = /^(\d+|\?|-)(?:x(\d+)([mh]))?$/.exec(part) ?? [];
    const consumers = what === "?" ? null : what === "-" ? 0 : Number(what);
    const queues = consumers === null || consumers === 0 ? [] : ["scan"];
    const seen = { consumers, queues, connected: what !== "-", steadyMs: STEADY };
    for (let look = 0; look < Number(times) * (unit === "h" ? 60 : 1); look++) {
      nowMs += MINUTE;
      at = followConsuming(at, seen, nowMs);
    }
  }
  const seconds = withoutConsumersSeconds(at);
  return { at, told: `${at.expected?.consumers ?? "-"} ${seconds === null ? "?" : seconds}` };
}

describe("the consumers expected of a client, and the seconds it has been without", () => {
  test.each([
    ["nothing is expected before ten minutes", "1x10m", "- 0"],
    ["one held for ten minutes is", "1x11m", "1 0"],
    ["the first look without it counts for nothing", "1x11m 0", "1 0"],
    ["then every look counts", "1x11m 0x3m", "1 120"],
    ["who never consumed is missed by nobody", "0x30m", "- ?"],
    ["a moment of more is not expected", "2x11m 5x9m 2", "2 0"],
    ["of a number that goes up and down, what it always had", "3 4 3 4 3 4 3 4 3 4 3 4", "3 0"],
    ["fewer is not none", "4x11m 1x30m", "4 0"],
    ["one more look with a consumer ends it", "1x11m 0x5m 1", "1 0"],
    ["away from the broker it owes nothing", "1x11m 0x5m -x5m", "1 0"],
    ["back without its consumer, it counts anew", "1x11m -x5m 0x3m", "1 120"],
    ["an unreadable list counts for nothing and ends nothing", "1x11m 0x3m ?x5m 0x2m", "1 240"],
    ["while it is unreadable nothing is known", "1x11m 0x3m ?", "1 ?"],
    ["unreadable lists do not undo what was being learned", "1x6m ? 1x4m", "1 0"],
    ["a day later nothing is expected any more", "1x11m 0x25h", "- ?"],
    ["a day of fewer makes fewer the expected number", "4x11m 2x25h", "2 0"],
  ])("%s", (_, story, told) => expect(live(story).told).toBe(told));

  test("it remembers where it consumed", () => expect(live("1x11m 0x3m").at.queues).toEqual(["scan"]));
});

test("time that nobody looked is not held against it, nor does the clock set back", () => {
  const expected = { consumers: 1, metMs: 0 };
  const none = { consumers: 0, queues: [], connected: true, steadyMs: STEADY };
  let at = followConsuming({ ...NOT_CONSUMING, expected }, none, MINUTE);
  at = followConsuming(at, none, 3 * HOUR);
  expect(withoutConsumersSeconds(at)).toBe(300);
  at = followConsuming(at, none, 2 * HOUR);
  expect(withoutConsumersSeconds(at)).toBe(300);
});

test("what is remembered of a changing number is bounded by the looks of the time learned from", () => {
  let at = NOT_CONSUMING;
  for (let look = 0; look < 5_000; look++) {
    at = followConsuming(at, { consumers: look + 1, queues: [], connected: true, steadyMs: STEADY }, look * MINUTE);
  }
  expect(at.levels.length).toBeLessThanOrEqual(STEADY / MINUTE + 1);
  expect(at.expected?.consumers).toBeGreaterThan(DAY / MINUTE);
});
