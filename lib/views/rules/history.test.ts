import { expect, test } from "vitest";
import { RuleForm } from "@/lib/alerts/model/rule-form";
import { ruleHistory } from "@/lib/views/rules/history";

const form = (warning: number) => RuleForm.parse({ id: "deep", signal: "queue.ready", warning });
const BUILT_IN = form(0);
const did = (what: "made" | "changed" | "deleted", warning: number | null) => ({
  ...{ atMs: 1, who: "admin", what },
  form: warning === null ? null : form(warning),
});

test.each<[string, Parameters<typeof ruleHistory>, string]>([
  ["nobody changed it", [[], BUILT_IN], ""],
  ["a rule of one's own stood for nothing", [[did("made", 5)], null], "none-5"],
  ["one in place of a built-in rule", [[did("made", 5)], BUILT_IN], "0-5"],
  ["each change begins where the one before it ended", [[did("changed", 9), did("made", 5)], null], "5-9 none-5"],
  ["deleted: the built-in rule is back", [[did("deleted", 5), did("made", 5)], BUILT_IN], "5-0 0-5"],
  ["deleted: there is none", [[did("deleted", 5), did("made", 5)], null], "5-none none-5"],
  ["made again after that", [[did("made", 7), did("deleted", 5)], null], "none-7 5-none"],
  ["what stood before the oldest that is stored is not known", [[did("changed", 9)], BUILT_IN], "none-9"],
  ["nor what cannot be read any more", [[did("changed", 9), did("changed", null)], null], "none-9 none-none"],
])("%s", (_, [changes, builtIn], told) => {
  const side = (rule: RuleForm | null) => (rule === null ? "none" : String(rule.warning));
  const seen = ruleHistory(changes, builtIn).map(({ before, after }) => `${side(before)}-${side(after)}`);
  expect(seen.join(" ")).toBe(told);
});
