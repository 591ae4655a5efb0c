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
])("a rule about %s is unchanged after a round trip through the form", (_, condition) => {
  const { rule, faults } = readDraft(draftOf({ ...RULE, condition }));
  const {
    unit: _u,
    inferred: _i,
    origin: _o,
    path: _p,
    firing: _f,
    firingCritical: _c,
    pending: _q,
    about: _a,
    ...written
  } = RULE;
  expect({ rule, faults }).toEqual({ rule: { ...written, condition }, faults: {} });
});

describe("an error is reported at its field", () => {
  test.each<[string, Partial<RuleDraft>, object]>([
    ["a limit that is not a number", { warning: "many" }, { warning: "notNumber" }],
    ["an invalid duration", { for: "a while" }, { for: "notDuration" }],
    ["every error at once", { keepFiringFor: "x", clear: "y" }, { keepFiringFor: "notDuration", clear: "notNumber" }],
    ["no limit at all", { warning: " ", critical: "" }, { warning: "noLimit" }],
    ["an invalid limit is not also reported as missing", { warning: "x", critical: "" }, { warning: "notNumber" }],
    ["an invalid duration that a value does not use", { kind: "value", over: "x" }, {}],
    ["an invalid duration that a rate uses", { kind: "rate", over: "x" }, { over: "notDuration" }],
    ["an id with a space", { id: "a b" }, { id: "noId" }],
    ["no error", {}, {}],
  ])("%s", (_, changes, expected) => expect(readDraft(draft(changes)).faults).toEqual(expected));
});

test("a rule without an id can be backtested, and a rule with an invalid number cannot", () => {
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

test("durations are formatted as in the configuration", () => {
  const shown = [5_430, 300, 0, 86_400].map((forSeconds) => draftOf({ ...RULE, forSeconds }).for);
  expect(shown).toEqual(["1h30m30s", "5m", "", "24h"]);
});
