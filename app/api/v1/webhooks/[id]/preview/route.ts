import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { webhookOf } from "@/lib/commands/webhook-of";
import { previewOf } from "@/lib/views/read/webhooks";

export const GET = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, nowMs }) => previewOf(webhookOf(runtime, params.id), nowMs),
});
