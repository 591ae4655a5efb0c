import { describe, expect, test } from "vitest";
import { grouped, isWanted, NO_FILTER, type RuleFilter, stateOf } from "@/components/rules/filter";
import { aRuleItem } from "@/components/rules/rules.testing";
import type { RuleItem } from "@/lib/views/rules/schema";

test.each<[string, Partial<RuleItem>, string]>([
  ["a rule that fires for any instance is firing", { firing: 1, pending: 3 }, "firing"],
  ["a rule that is pending and does not fire is pending", { pending: 1 }, "pending"],
  ["a rule without open alerts is quiet", {}, "quiet"],
  ["a disabled rule is off, even with an open alert", { enabled: false, firing: 1 }, "off"],
])("%s", (_, changes, expected) => expect(stateOf(aRuleItem(changes))).toBe(expected));

describe("a rule matches the filter", () => {
  test.each<[string, Partial<RuleFilter>, boolean]>([
    ["by its id", { text: "backlog" }, true],
    ["by its name, ignoring case", { text: "PILE" }, true],
    ["by its signal", { text: "jobs.retry" }, true],
    ["by a matcher", { text: "bitmagnet" }, true],
    ["by all words together", { text: "retries jobs.retry" }, true],
    ["not by one word of two", { text: "retries client" }, false],
    ["not by another state", { state: "firing" }, false],
    ["by its origin", { origin: "built-in" }, true],
    ["by its pack", { pack: "work" }, true],
    ["not by another pack", { pack: "rabbitmq" }, false],
    ["without a filter", {}, true],
  ])("%s", (_, filter, expected) =>
    expect(isWanted(aRuleItem(), "Retries pile up", { ...NO_FILTER, ...filter })).toBe(expected),
  );
});

test("rules are grouped by pack, custom rules last, without empty packs", () => {
  const [mine, late, backlog] = [aRuleItem({ id: "mine" }), aRuleItem({ id: "heartbeat-late" }), aRuleItem()];
  expect(grouped([mine, backlog, late])).toEqual([
    ["rabbitmq", [late]],
    ["work", [backlog]],
    ["yours", [mine]],
  ]);
});
