import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { expireWindow } from "@/lib/server/commands/silence-window";

export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params, nowMs }) => expireWindow(runtime, params.id, nowMs),
});
