import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readApplications } from "@/lib/views/applications/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readApplications(runtime), params, (row) => row.source),
  }),
});
