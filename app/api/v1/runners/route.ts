import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readRunners, readStrengths } from "@/lib/views/runners/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: ({ runtime, params, nowMs }) => {
    const runners = readRunners(runtime, nowMs);
    const summary = { total: runners.length, sources: readStrengths(runtime) };
    return { asOfMs: nowMs, ...pageOf(runners, params, (runner) => runner.id), ...summary };
  },
});
