import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { requireWebhook } from "@/lib/server/commands/require-webhook";
import { previewOf } from "@/lib/views/webhooks/read";

export const GET = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params, nowMs }) => previewOf(requireWebhook(runtime, params.id), nowMs),
});
