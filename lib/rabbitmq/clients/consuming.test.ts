import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import {
  type ConsumingState,
  followConsuming,
  NOT_CONSUMING,
  withoutConsumersSeconds,
} from "@/lib/rabbitmq/clients/consuming";

const STEADY = 10 * MINUTE;

/** "3x10m" is ten minutes of observations, one a minute, with three consumers; "?" unreadable, "-" not connected. */
function follow(story: string): { readonly state: ConsumingState; readonly summary: string } {
  let state = NOT_CONSUMING;
  let nowMs = 0;
  for (const part of story.split(" ")) {
    const [, what = "", times = "1", unit = "m"] = /^(\d+|\?|-)(?:x(\d+)([mh]))?$/.exec(part) ?? [];
    const consumers = what === "?" ? null : what === "-" ? 0 : Number(what);
    const queues = consumers === null || consumers === 0 ? [] : ["scan"];
    const observed = { consumers, queues, connected: what !== "-", steadyMs: STEADY };
    for (let minute = 0; minute < Number(times) * (unit === "h" ? 60 : 1); minute++) {
      nowMs += MINUTE;
      state = followConsuming(state, observed, nowMs);
    }
  }
  const seconds = withoutConsumersSeconds(state);
  return { state, summary: `${state.expected?.consumers ?? "-"} ${seconds === null ? "?" : seconds}` };
}

describe("the consumers expected of a client, and the seconds it has been without", () => {
  test.each([
    ["nothing is expected before ten minutes", "1x10m", "- 0"],
    ["one held for ten minutes is", "1x11m", "1 0"],
    ["the first observation without it does not count", "1x11m 0", "1 0"],
    ["then every observation counts", "1x11m 0x3m", "1 120"],
    ["a client that never consumed", "0x30m", "- ?"],
    ["a short time with more is not expected", "2x11m 5x9m 2", "2 0"],
    ["of a number that rises and falls, the lowest is expected", "3 4 3 4 3 4 3 4 3 4 3 4", "3 0"],
    ["fewer than expected is not none", "4x11m 1x30m", "4 0"],
    ["one observation with a consumer ends it", "1x11m 0x5m 1", "1 0"],
    ["while disconnected no time is added", "1x11m 0x5m -x5m", "1 240"],
    ["reconnected without its consumer, the count restarts", "1x11m -x5m 0x3m", "1 120"],
    ["the time of an unreadable list does not count and does not end it", "1x11m 0x3m ?x5m 0x2m", "1 240"],
    ["while the list is unreadable nothing is known", "1x11m 0x3m ?", "1 ?"],
    ["unreadable lists do not reset the learning", "1x6m ? 1x4m", "1 0"],
    ["a day later nothing is expected", "1x11m 0x25h", "- ?"],
    ["a day of fewer makes fewer the expected number", "4x11m 2x25h", "2 0"],
  ])("%s", (_, story, expected) => expect(follow(story).summary).toBe(expected));

  test("the queues it consumed are stored", () => expect(follow("1x11m 0x3m").state.queues).toEqual(["scan"]));
});

test("time without observations does not count, nor does a clock that is set back", () => {
  const expected = { consumers: 1, metMs: 0 };
  const none = { consumers: 0, queues: [], connected: true, steadyMs: STEADY };
  let state = followConsuming({ ...NOT_CONSUMING, expected }, none, MINUTE);
  state = followConsuming(state, none, 3 * HOUR);
  expect(withoutConsumersSeconds(state)).toBe(300);
  state = followConsuming(state, none, 2 * HOUR);
  expect(withoutConsumersSeconds(state)).toBe(300);
});

test("the levels of a changing number are limited by the observations in the learning time", () => {
  let state = NOT_CONSUMING;
  for (let minute = 0; minute < 5_000; minute++) {
    state = followConsuming(
      state,
      { consumers: minute + 1, queues: [], connected: true, steadyMs: STEADY },
      minute * MINUTE,
    );
  }
  expect(state.levels.length).toBeLessThanOrEqual(STEADY / MINUTE + 1);
  expect(state.expected?.consumers).toBeGreaterThan(DAY / MINUTE);
});
