import { Refused } from "@/lib/base/errors/refused";
import { SourceParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readSource } from "@/lib/views/jobs/read";

export const GET = route({
  access: "viewer",
  params: SourceParams,
  handle: ({ runtime, params, nowMs }) => {
    const page = readSource(runtime, params.source, nowMs);
    if (page === null) throw new Refused(404, "Not found", `no source ${params.source}; /api/v1/jobs lists them`);
    return page;
  },
});
