import { Refused } from "@/lib/base/errors/refused";
import { SeriesParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readSeries } from "@/lib/views/series/read";

/** One hour. */
const SPAN_DEFAULT_MS = 3_600_000;

export const GET = route({
  access: "viewer",
  params: SeriesParams,
  handle: async ({ runtime, params, nowMs }) => {
    const { signal, points, from, to, ...labels } = params;
    const request = { signal, points, labels, fromMs: from ?? nowMs - SPAN_DEFAULT_MS, toMs: to ?? nowMs };
    if (request.fromMs >= request.toMs) throw new Refused(400, "Bad request", "from must be before to");
    const series = await readSeries(runtime, request, nowMs);
    if (series === null) throw new Refused(404, "Not found", `no signal ${signal}; /api/v1/signals lists them`);
    return series;
  },
});
