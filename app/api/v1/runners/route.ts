import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readRunners } from "@/lib/views/read/work";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readRunners(runtime, nowMs), params, (runner) => runner.id),
  }),
});
