import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(runtime.rules, params, (rule) => JSON.stringify([rule.id, rule.match])),
  }),
});
