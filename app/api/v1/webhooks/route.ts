import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readWebhooks } from "@/lib/views/webhooks/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(await readWebhooks(runtime), params, ({ id }) => id),
  }),
});
