import { describe, expect, test } from "vitest";
import { chooseStrategy, INITIAL_STRATEGY } from "@/lib/rabbitmq/api/listing-strategy";

const conditions = { listMs: 300, intervalMs: 5_000, metrics: "works", alarm: false } as const;
/** For each poll, its connections and other conditions: the strategy. All pids are known by default. */
const strategies = (polls: readonly (readonly [number, Partial<Parameters<typeof chooseStrategy>[1]>?])[]) => {
  let strategy = INITIAL_STRATEGY;
  return polls.map(([connections, other]) => {
    strategy = chooseStrategy(strategy, { ...conditions, connections, pidsKnown: connections, ...other });
    return strategy.is === "identity" ? "identity" : strategy.because;
  });
};

describe("the cheapest strategy that is correct", () => {
  test.each<[string, Parameters<typeof strategies>[0], string[]]>([
    ["a few thousand are listed", [[100], [5_000]], ["few", "few"]],
    ["more are read by identity", [[5_001]], ["identity"]],
    [
      "a number that hovers around the threshold changes the strategy once",
      [[5_001], [4_999], [5_001], [4_000]],
      Array(4).fill("identity"),
    ],
    ["until it is clearly lower", [[5_001], [3_999], [4_500]], ["identity", "few", "few"]],
    ["without metricsUrl the list stays, with its reason", [[9_000, { metrics: "none" }]], ["no-metrics"]],
    [
      "metrics that fail bring the list back at once",
      [[9_000], [9_000, { metrics: "failed" }], [9_000]],
      ["identity", "metrics-failed", "identity"],
    ],
    ["one pid in a hundred may be unknown", [[10_000, { pidsKnown: 9_900 }]], ["identity"]],
    ["more may not", [[10_000, { pidsKnown: 9_899 }]], ["pids-unknown"]],
    [
      "during an alarm only the list shows blocked connections",
      [[9_000], [9_000, { alarm: true }], [9_000]],
      ["identity", "alarm", "identity"],
    ],
    [
      "a broker that is slow with fewer is read by identity too",
      [
        [2_000, { listMs: 900 }],
        [2_000, { listMs: 500 }],
      ],
      ["identity", "identity"],
    ],
    [
      "and by the list again when it is twice as fast",
      [
        [2_000, { listMs: 900 }],
        [2_000, { listMs: 400 }],
      ],
      ["identity", "few"],
    ],
    ["before the first list nothing is slow", [[2_000, { listMs: null }]], ["few"]],
  ])("%s", (_, polls, expected) => expect(strategies(polls)).toEqual(expected));
});
