import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { replayDead } from "@/lib/commands/replay-delivery";
import { webhookOf } from "@/lib/commands/webhook-of";

/** All dead deliveries of one webhook. */
export const POST = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, nowMs }) => replayDead(runtime, webhookOf(runtime, params.id).id, nowMs),
});
