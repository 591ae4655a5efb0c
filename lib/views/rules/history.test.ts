import { expect, test } from "vitest";
import { RuleForm } from "@/lib/alerts/model/rule-form";
import { ruleHistory } from "@/lib/views/rules/history";

const form = (warning: number) => RuleForm.parse({ id: "deep", signal: "queue.ready", warning });
const BUILT_IN = form(0);
const change = (what: "made" | "changed" | "deleted", warning: number | null) => ({
  atMs: 1,
  who: "admin",
  what,
  form: warning === null ? null : form(warning),
});

test.each<[string, Parameters<typeof ruleHistory>, string]>([
  ["no changes", [[], BUILT_IN], ""],
  ["a new rule", [[change("made", 5)], null], "none-5"],
  ["a rule that overrides a built-in one", [[change("made", 5)], BUILT_IN], "0-5"],
  ["a change begins where the previous one ended", [[change("changed", 9), change("made", 5)], null], "5-9 none-5"],
  ["deleted, so the built-in rule is in force again", [[change("deleted", 5), change("made", 5)], BUILT_IN], "5-0 0-5"],
  ["deleted, without a built-in rule", [[change("deleted", 5), change("made", 5)], null], "5-none none-5"],
  ["created again", [[change("made", 7), change("deleted", 5)], null], "none-7 5-none"],
  ["the rule before the oldest stored change is unknown", [[change("changed", 9)], BUILT_IN], "none-9"],
  [
    "a stored rule that cannot be read is unknown",
    [[change("changed", 9), change("changed", null)], null],
    "none-9 none-none",
  ],
])("%s", (_, [changes, builtIn], expected) => {
  const side = (rule: RuleForm | null) => (rule === null ? "none" : String(rule.warning));
  const history = ruleHistory(changes, builtIn).map(({ before, after }) => `${side(before)}-${side(after)}`);
  expect(history.join(" ")).toBe(expected);
});
