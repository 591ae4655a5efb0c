import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readRules } from "@/lib/views/read/rules";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readRules(runtime), params, (rule) => JSON.stringify([rule.id, rule.match])),
  }),
});
