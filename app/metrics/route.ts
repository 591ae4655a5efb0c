import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { METRICS_TYPE, metricsText } from "@/lib/views/read/metrics";

export const GET = answer({
  who: "viewer",
  params: z.object({}),
  read: async ({ runtime, nowMs }) =>
    new Response(await metricsText(runtime, nowMs), { headers: { "content-type": METRICS_TYPE } }),
});
