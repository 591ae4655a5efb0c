import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { METRICS_TYPE, metricsText } from "@/lib/views/metrics/read";

export const GET = route({
  access: "viewer",
  params: z.object({}),
  handle: async ({ runtime, nowMs }) =>
    new Response(await metricsText(runtime, nowMs), { headers: { "content-type": METRICS_TYPE } }),
});
