import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readHeartbeats } from "@/lib/views/heartbeats/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readHeartbeats(runtime), params, ({ id }) => id),
  }),
});
