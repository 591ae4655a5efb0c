import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readHeartbeats } from "@/lib/views/read/heartbeats";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readHeartbeats(runtime), params, ({ id }) => id),
  }),
});
