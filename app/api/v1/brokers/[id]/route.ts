import { answer } from "@/lib/api/answer";
import { HistoryParams } from "@/lib/api/params";
import { Refused } from "@/lib/errors/refused";
import { readBrokerHistory } from "@/lib/views/read/broker-history";

export const GET = answer({
  who: "viewer",
  params: HistoryParams,
  read: async ({ runtime, params, nowMs }) => {
    const history = await readBrokerHistory(runtime, params.id, params.range, nowMs);
    if (history === null) throw new Refused(404, "Not found", `no broker ${params.id}; /api/v1/brokers lists them`);
    return history;
  },
});
