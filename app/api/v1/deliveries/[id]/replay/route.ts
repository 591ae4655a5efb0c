import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { replayDelivery } from "@/lib/commands/replay-delivery";

export const POST = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, nowMs }) =>
    replayDelivery(runtime, params.id, nowMs).then(() => new Response(null, { status: 204 })),
});
