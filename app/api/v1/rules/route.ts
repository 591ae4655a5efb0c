import { authorOf } from "@/lib/server/api/author";
import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { saveRule } from "@/lib/server/commands/save-rule";
import { readRule, readRules } from "@/lib/views/rules/read";
import { RuleForm } from "@/lib/views/rules/schema";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readRules(runtime), params, (rule) => JSON.stringify([rule.id, rule.match])),
    off: runtime.rulesOff,
  }),
});

export const POST = route({
  access: "viewer",
  params: RuleForm,
  handle: async ({ runtime, params, request, nowMs }) => {
    await saveRule(runtime, params, authorOf(request, nowMs), { ifExists: "refuse" });
    return readRule(runtime, params.id);
  },
});
