import { describe, expect, test } from "vitest";
import { grouped, isWanted, NO_FILTER, type RuleFilter, stateOf } from "@/components/rules/filter";
import { aRuleItem } from "@/components/rules/rules.testing";
import type { RuleItem } from "@/lib/views/rules/schema";

test.each<[string, Partial<RuleItem>, string]>([
  ["one that fires for somebody fires", { firing: 1, pending: 3 }, "firing"],
  ["else it may be pending", { pending: 1 }, "pending"],
  ["else it is quiet", {}, "quiet"],
  ["one that is off is off, whatever was open", { enabled: false, firing: 1 }, "off"],
])("%s", (_, changes, expected) => expect(stateOf(aRuleItem(changes))).toBe(expected));

describe("a rule is found", () => {
  test.each<[string, Partial<RuleFilter>, boolean]>([
    ["by its id", { text: "backlog" }, true],
    ["by its name, whatever the case", { text: "PILE" }, true],
    ["by its signal", { text: "jobs.retry" }, true],
    ["by a label", { text: "bitmagnet" }, true],
    ["by all words together", { text: "retries jobs.retry" }, true],
    ["and not by one of them alone", { text: "retries client" }, false],
    ["by its state", { state: "firing" }, false],
    ["by its origin", { origin: "built-in" }, true],
    ["by its pack", { pack: "work" }, true],
    ["and not in another", { pack: "rabbitmq" }, false],
    ["without a filter", {}, true],
  ])("%s", (_, filter, expected) =>
    expect(isWanted(aRuleItem(), "Retries pile up", { ...NO_FILTER, ...filter })).toBe(expected),
  );
});

test("rules stand under their packs, one's own last, and an empty pack is not shown", () => {
  const [mine, late, backlog] = [aRuleItem({ id: "mine" }), aRuleItem({ id: "heartbeat-late" }), aRuleItem()];
  expect(grouped([mine, backlog, late])).toEqual([
    ["rabbitmq", [late]],
    ["work", [backlog]],
    ["yours", [mine]],
  ]);
});
