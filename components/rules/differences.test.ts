import { expect, test } from "vitest";
import { fieldDifferences } from "@/components/rules/differences";
import { RuleForm } from "@/lib/alerts/model/rule-form";

const rule = RuleForm.parse({ id: "deep", signal: "queue.ready", warning: 5 });

test.each<[string, Partial<RuleForm>, string]>([
  ["no change", {}, ""],
  ["a changed limit and an added one", { warning: 50, critical: 100 }, "warning 5>50, critical >100"],
  ["a duration, formatted as in the form", { forSeconds: 5_400 }, "for >1h30m"],
  ["matchers", { match: ['queue="a"', 'vhost="/"'] }, 'match >queue="a"\nvhost="/"'],
  ["disabled", { enabled: false }, "enabled true>false"],
  [
    "another condition kind, with only its own durations",
    { condition: { kind: "rate", overSeconds: 300 } },
    "kind value>rate, over >5m",
  ],
])("%s", (_, changes, expected) => {
  const seen = fieldDifferences(rule, { ...rule, ...changes });
  expect(seen.map(({ field, before, after }) => `${field} ${before}>${after}`).join(", ")).toBe(expected);
});
