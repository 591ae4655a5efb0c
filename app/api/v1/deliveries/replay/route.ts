import { ReplayParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { replayDead } from "@/lib/server/commands/replay-delivery";

/** Replays all dead deliveries, or those of one webhook. */
export const POST = route({
  access: "viewer",
  params: ReplayParams,
  handle: ({ runtime, params, nowMs }) => replayDead(runtime, params.webhook ?? null, nowMs),
});
