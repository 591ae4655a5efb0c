import { Refused } from "@/lib/base/errors/refused";
import { HistoryParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readBrokerHistory } from "@/lib/views/brokers/read-history";

export const GET = route({
  access: "viewer",
  params: HistoryParams,
  handle: async ({ runtime, params, nowMs }) => {
    const history = await readBrokerHistory(runtime, params.id, params.range, nowMs);
    if (history === null) throw new Refused(404, "Not found", `no broker ${params.id}; /api/v1/brokers lists them`);
    return history;
  },
});
