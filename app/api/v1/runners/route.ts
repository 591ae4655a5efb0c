import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readRunners, readStrengths } from "@/lib/views/read/work";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => {
    const runners = readRunners(runtime, nowMs);
    const about = { total: runners.length, sources: readStrengths(runtime) };
    return { asOfMs: nowMs, ...pageOf(runners, params, (runner) => runner.id), ...about };
  },
});
