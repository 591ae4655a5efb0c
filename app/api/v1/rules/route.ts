import { authorOf } from "@/lib/server/api/author";
import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { saveRule } from "@/lib/server/commands/save-rule";
import { readRule, readRules } from "@/lib/views/rules/read";
import { RuleForm } from "@/lib/views/rules/schema";

export const GET = route({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readRules(runtime), params, (rule) => JSON.stringify([rule.id, rule.match])),
  }),
});

export const POST = route({
  who: "viewer",
  params: RuleForm,
  read: async ({ runtime, params, request, nowMs }) => {
    await saveRule(runtime, params, authorOf(request, nowMs), true);
    return readRule(runtime, params.id);
  },
});
