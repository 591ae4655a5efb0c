import { describe, expect, test } from "vitest";
import { chooseStrategy, INITIAL_STRATEGY } from "@/lib/rabbitmq/api/listing-strategy";

const calm = { listMs: 300, intervalMs: 5_000, metrics: "works", alarm: false } as const;
/** connections, and what else differs → the way. All pids are known unless said. */
const live = (polls: readonly (readonly [number, Partial<Parameters<typeof chooseStrategy>[1]>?])[]) => {
  let way = INITIAL_STRATEGY;
  return polls.map(([connections, other]) => {
    way = chooseStrategy(way, { ...calm, connections, pidsKnown: connections, ...other });
    return way.is === "identity" ? "identity" : way.because;
  });
};

describe("the cheapest way that is correct", () => {
  test.each<[string, Parameters<typeof live>[0], string[]]>([
    ["some thousands are listed", [[100], [5_000]], ["few", "few"]],
    ["more are joined", [[5_001]], ["identity"]],
    [
      "a number that moves about the bound changes the way once",
      [[5_001], [4_999], [5_001], [4_000]],
      Array(4).fill("identity"),
    ],
    ["until it is clearly lower", [[5_001], [3_999], [4_500]], ["identity", "few", "few"]],
    ["without metricsUrl it stays with the list and says why", [[9_000, { metrics: "none" }]], ["no-metrics"]],
    [
      "metrics that fail lead back at once",
      [[9_000], [9_000, { metrics: "failed" }], [9_000]],
      ["identity", "metrics-failed", "identity"],
    ],
    ["one pid in a hundred may be unknown", [[10_000, { pidsKnown: 9_900 }]], ["identity"]],
    ["more may not", [[10_000, { pidsKnown: 9_899 }]], ["pids-unknown"]],
    [
      "in an alarm only the list says who is blocked",
      [[9_000], [9_000, { alarm: true }], [9_000]],
      ["identity", "alarm", "identity"],
    ],
    [
      "a broker that is slow with fewer is spared too",
      [
        [2_000, { listMs: 900 }],
        [2_000, { listMs: 500 }],
      ],
      ["identity", "identity"],
    ],
    [
      "and asked for the list again when it is twice as fast",
      [
        [2_000, { listMs: 900 }],
        [2_000, { listMs: 400 }],
      ],
      ["identity", "few"],
    ],
    ["before the first list nothing is slow", [[2_000, { listMs: null }]], ["few"]],
  ])("%s", (_, polls, told) => expect(live(polls)).toEqual(told));
});
