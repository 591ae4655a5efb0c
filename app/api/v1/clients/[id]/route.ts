import { Refused } from "@/lib/base/errors/refused";
import { HistoryParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readClientHistory } from "@/lib/views/clients/read-history";

export const GET = route({
  access: "viewer",
  params: HistoryParams,
  handle: async ({ runtime, params, nowMs, locale }) => {
    const history = await readClientHistory(runtime, params.id, params.range, { nowMs, locale });
    if (history === null) throw new Refused(404, "Not found", `no client ${params.id}; /api/v1/clients lists them`);
    return history;
  },
});
