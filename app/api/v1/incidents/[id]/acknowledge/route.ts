import { authorOf } from "@/lib/server/api/author";
import { AcknowledgeParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { acknowledgeIncident } from "@/lib/server/commands/acknowledge-incident";

export const POST = route({
  access: "viewer",
  params: AcknowledgeParams,
  handle: ({ runtime, params, request, nowMs, locale }) =>
    acknowledgeIncident(runtime, params, authorOf(request, nowMs), locale),
});
