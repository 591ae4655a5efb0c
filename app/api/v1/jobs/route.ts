import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { listJobs } from "@/lib/views/jobs/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: ({ runtime, params, nowMs }) => {
    const { rows, ...summary } = listJobs(runtime, nowMs);
    return { asOfMs: nowMs, ...pageOf(rows, params, (row) => JSON.stringify([row.source, row.queue])), ...summary };
  },
});
