import { authorOf } from "@/lib/server/api/author";
import { AcknowledgeParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { acknowledgeAlert } from "@/lib/server/commands/acknowledge-alert";

export const POST = route({
  access: "viewer",
  params: AcknowledgeParams,
  handle: ({ runtime, params, request, nowMs, locale }) =>
    acknowledgeAlert(runtime, params, authorOf(request, nowMs), locale),
});
