import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { testWebhook } from "@/lib/commands/test-webhook";
import { deliveryView } from "@/lib/views/read/deliveries";

export const POST = answer({
  who: "viewer",
  params: IdParams,
  read: async ({ runtime, params }) => deliveryView(await testWebhook(runtime, params.id, Date.now)),
});
