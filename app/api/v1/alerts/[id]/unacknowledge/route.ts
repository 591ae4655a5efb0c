import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { unacknowledgeAlert } from "@/lib/server/commands/acknowledge-alert";

export const POST = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params, locale }) => unacknowledgeAlert(runtime, params.id, locale),
});
