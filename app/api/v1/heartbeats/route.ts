import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readHeartbeats } from "@/lib/views/heartbeats/read";

export const GET = route({
  who: "viewer",
  params: Page,
  read: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readHeartbeats(runtime), params, ({ id }) => id),
  }),
});
