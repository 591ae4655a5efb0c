import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readApplications } from "@/lib/views/read/applications";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readApplications(runtime), params, (row) => row.source),
  }),
});
