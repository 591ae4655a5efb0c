import { expect, test } from "vitest";
import { fieldDifferences } from "@/components/rules/differences";
import { RuleForm } from "@/lib/alerts/model/rule-form";

const rule = RuleForm.parse({ id: "deep", signal: "queue.ready", warning: 5 });

test.each<[string, Partial<RuleForm>, string]>([
  ["nothing", {}, ""],
  ["a limit, and one that was not there", { warning: 50, critical: 100 }, "warning 5>50, critical >100"],
  ["a time as it is written", { forSeconds: 5_400 }, "for >1h30m"],
  ["labels", { match: ['queue="a"', 'vhost="/"'] }, 'match >queue="a"\nvhost="/"'],
  ["switched off", { enabled: false }, "enabled true>false"],
  [
    "another condition, with the times that are its own",
    { condition: { kind: "rate", overSeconds: 300 } },
    "kind value>rate, over >5m",
  ],
])("%s", (_, changes, expected) => {
  const seen = fieldDifferences(rule, { ...rule, ...changes });
  expect(seen.map(({ field, before, after }) => `${field} ${before}>${after}`).join(", ")).toBe(expected);
});
