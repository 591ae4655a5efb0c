import { answer } from "@/lib/api/answer";
import { HistoryParams } from "@/lib/api/params";
import { Refused } from "@/lib/errors/refused";
import { readClientHistory } from "@/lib/views/read/client-history";

export const GET = answer({
  who: "viewer",
  params: HistoryParams,
  read: async ({ runtime, params, nowMs, locale }) => {
    const history = await readClientHistory(runtime, params.id, params.range, { nowMs, locale });
    if (history === null) throw new Refused(404, "Not found", `no client ${params.id}; /api/v1/clients lists them`);
    return history;
  },
});
