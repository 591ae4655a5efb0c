import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { testWebhook } from "@/lib/server/commands/test-webhook";
import { deliveryView } from "@/lib/views/deliveries/read";

export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: async ({ runtime, params }) => deliveryView(await testWebhook(runtime, params.id, Date.now)),
});
