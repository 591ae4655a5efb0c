import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { replayDelivery } from "@/lib/server/commands/replay-delivery";

export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params, nowMs }) =>
    replayDelivery(runtime, params.id, nowMs).then(() => new Response(null, { status: 204 })),
});
