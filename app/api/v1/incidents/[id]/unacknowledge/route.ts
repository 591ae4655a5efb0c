import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { unacknowledgeIncident } from "@/lib/server/commands/acknowledge-incident";

export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params, locale }) => unacknowledgeIncident(runtime, params.id, locale),
});
