import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { enableWebhook } from "@/lib/commands/enable-webhook";

export const POST = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params }) => enableWebhook(runtime, params.id).then(() => new Response(null, { status: 204 })),
});
