import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { expireWindow } from "@/lib/commands/silence-window";

export const POST = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, nowMs }) => expireWindow(runtime, params.id, nowMs),
});
