import { answer } from "@/lib/api/answer";
import { SeriesParams } from "@/lib/api/params";
import { Refused } from "@/lib/errors/refused";
import { readSeries } from "@/lib/views/read/series";

export const GET = answer({
  who: "viewer",
  params: SeriesParams,
  read: async ({ runtime, params, nowMs }) => {
    const { signal, points, from, to, ...labels } = params;
    const wanted = { signal, points, labels, fromMs: from ?? nowMs - 3_600_000, toMs: to ?? nowMs };
    if (wanted.fromMs >= wanted.toMs) throw new Refused(400, "Bad request", "from must be before to");
    const series = await readSeries(runtime, wanted, nowMs);
    if (series === null) throw new Refused(404, "Not found", `no signal ${signal}; /api/v1/signals lists them`);
    return series;
  },
});
