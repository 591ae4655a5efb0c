import { answer } from "@/lib/api/answer";
import { SourceParams } from "@/lib/api/params";
import { Refused } from "@/lib/errors/refused";
import { readSource } from "@/lib/views/read/jobs";

export const GET = answer({
  who: "viewer",
  params: SourceParams,
  read: ({ runtime, params, nowMs }) => {
    const page = readSource(runtime, params.source, nowMs);
    if (page === null) throw new Refused(404, "Not found", `no source ${params.source}; /api/v1/jobs lists them`);
    return page;
  },
});
