import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { replayDead } from "@/lib/server/commands/replay-delivery";
import { requireWebhook } from "@/lib/server/commands/require-webhook";

/** Replays all dead deliveries of one webhook. */
export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params, nowMs }) => replayDead(runtime, requireWebhook(runtime, params.id).id, nowMs),
});
