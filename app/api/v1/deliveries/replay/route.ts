import { answer } from "@/lib/api/answer";
import { ReplayParams } from "@/lib/api/params";
import { replayDead } from "@/lib/commands/replay-delivery";

/** All dead deliveries, or those of one webhook. */
export const POST = answer({
  who: "viewer",
  params: ReplayParams,
  read: ({ runtime, params, nowMs }) => replayDead(runtime, params.webhook ?? null, nowMs),
});
