import { answer } from "@/lib/api/answer";
import { authorOf } from "@/lib/api/author";
import { Page, pageOf } from "@/lib/api/params";
import { saveRule } from "@/lib/commands/save-rule";
import { readRule, readRules } from "@/lib/views/read/rules";
import { RuleForm } from "@/lib/views/rules";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readRules(runtime), params, (rule) => JSON.stringify([rule.id, rule.match])),
  }),
});

export const POST = answer({
  who: "viewer",
  params: RuleForm,
  read: async ({ runtime, params, request, nowMs }) => {
    await saveRule(runtime, params, authorOf(request, nowMs), true);
    return readRule(runtime, params.id);
  },
});
