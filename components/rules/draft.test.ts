import { describe, expect, test } from "vitest";
import { draftOf, emptyDraft, type RuleDraft, readDraft } from "@/components/rules/draft";
import { aRuleItem } from "@/components/rules/rules.testing";
import type { RuleItem } from "@/lib/views/rules/schema";

const RULE = aRuleItem({ match: ['source="bitmagnet"', 'queue=~"process.*"'], forSeconds: 5_430 });
const draft = (changes: Partial<RuleDraft> = {}): RuleDraft => ({ ...draftOf(RULE), ...changes });

test.each<[string, RuleItem["condition"]]>([
  ["a value", { kind: "value" }],
  ["a rate", { kind: "rate", overSeconds: 300 }],
  ["a forecast", { kind: "forecast", withinSeconds: 14_400, overSeconds: 1_800 }],
  ["an absence", { kind: "absent" }],
])("what a form shows of a rule about %s reads back as that rule", (_, condition) => {
  const { rule, faults } = readDraft(draftOf({ ...RULE, condition }));
  const { unit: _u, inferred: _i, origin: _o, path: _p, firing: _f, pending: _q, about: _a, ...written } = RULE;
  expect({ rule, faults }).toEqual({ rule: { ...written, condition }, faults: {} });
});

describe("a fault stands at its field, and what was typed stays", () => {
  test.each<[string, Partial<RuleDraft>, object]>([
    ["a limit that is none", { warning: "many" }, { warning: "notNumber" }],
    ["a time that is none", { for: "a while" }, { for: "notDuration" }],
    ["every fault at once", { keepFiringFor: "x", clear: "y" }, { keepFiringFor: "notDuration", clear: "notNumber" }],
    ["no limit at all", { warning: " ", critical: "" }, { warning: "noLimit" }],
    ["no limit is not said of one that cannot be read", { warning: "x", critical: "" }, { warning: "notNumber" }],
    ["a time that a value does not need", { kind: "value", over: "x" }, {}],
    ["a time that a rate does need", { kind: "rate", over: "x" }, { over: "notDuration" }],
    ["an id with a blank", { id: "a b" }, { id: "noId" }],
    ["nothing", {}, {}],
  ])("%s", (_, changes, expected) => expect(readDraft(draft(changes)).faults).toEqual(expected));
});

test("a rule can be tried before it has a name, and not while a number of it cannot be read", () => {
  expect(readDraft(draft({ id: "" })).rule).not.toBeNull();
  expect(readDraft(draft({ warning: "x" })).rule).toBeNull();
  expect(readDraft({ ...emptyDraft("queue.ready"), critical: "5" }).rule).toMatchObject({ warning: null, critical: 5 });
});

test.each<[string, number]>([
  ["", 0],
  ["90", 90],
  ["5m", 300],
  ["1h30m30s", 5_430],
])("for %j is %d s", (text, expected) => expect(readDraft(draft({ for: text })).rule?.forSeconds).toBe(expected));

test("times are written as the configuration has them", () => {
  const shown = [5_430, 300, 0, 86_400].map((forSeconds) => draftOf({ ...RULE, forSeconds }).for);
  expect(shown).toEqual(["1h30m30s", "5m", "", "24h"]);
});
