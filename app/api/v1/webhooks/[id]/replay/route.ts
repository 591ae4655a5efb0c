import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { replayDead } from "@/lib/server/commands/replay-delivery";
import { webhookOf } from "@/lib/server/commands/webhook-of";

/** All dead deliveries of one webhook. */
export const POST = route({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, nowMs }) => replayDead(runtime, webhookOf(runtime, params.id).id, nowMs),
});
