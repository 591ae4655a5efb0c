import { authorOf } from "@/lib/server/api/author";
import { SilenceIncidentParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { silenceIncident } from "@/lib/server/commands/acknowledge-incident";

export const POST = route({
  access: "viewer",
  params: SilenceIncidentParams,
  handle: async ({ runtime, params, request, nowMs }) =>
    Response.json(await silenceIncident(runtime, params, authorOf(request, nowMs)), { status: 201 }),
});
