import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { enableWebhook } from "@/lib/server/commands/enable-webhook";

export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params }) => enableWebhook(runtime, params.id).then(() => new Response(null, { status: 204 })),
});
