import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { listJobs } from "@/lib/views/read/jobs";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => {
    const { rows, ...about } = listJobs(runtime, nowMs);
    return { asOfMs: nowMs, ...pageOf(rows, params, (row) => JSON.stringify([row.source, row.queue])), ...about };
  },
});
