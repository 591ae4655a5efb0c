import { Refused } from "@/lib/base/errors/refused";
import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readIncident } from "@/lib/views/incidents/read";

export const GET = route({
  access: "viewer",
  params: IdParams,
  handle: async ({ runtime, params, locale }) => {
    const incident = await readIncident(runtime, params.id, locale);
    if (incident === null) throw new Refused(404, "Not found", "no incident of that id");
    return incident;
  },
});
