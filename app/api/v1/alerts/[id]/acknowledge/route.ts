import { answer } from "@/lib/api/answer";
import { authorOf } from "@/lib/api/author";
import { AcknowledgeParams } from "@/lib/api/params";
import { acknowledgeAlert } from "@/lib/commands/acknowledge-alert";

export const POST = answer({
  who: "viewer",
  params: AcknowledgeParams,
  read: ({ runtime, params, request, nowMs, locale }) =>
    acknowledgeAlert(runtime, params, authorOf(request, nowMs), locale),
});
