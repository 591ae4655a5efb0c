import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readWebhooks } from "@/lib/views/read/webhooks";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(await readWebhooks(runtime), params, ({ id }) => id),
  }),
});
