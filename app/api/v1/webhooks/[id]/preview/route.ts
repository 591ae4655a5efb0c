import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { webhookOf } from "@/lib/server/commands/webhook-of";
import { previewOf } from "@/lib/views/webhooks/read";

export const GET = route({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, nowMs }) => previewOf(webhookOf(runtime, params.id), nowMs),
});
