import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readJobs } from "@/lib/views/read/work";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readJobs(runtime), params, (row) => JSON.stringify([row.source, row.queue])),
  }),
});
