import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { readiness } from "@/lib/views/metrics/health";

export const GET = route({
  access: "anyone",
  params: z.object({}),
  handle: async ({ runtime, nowMs }) => {
    const state = await readiness(runtime, nowMs);
    return Response.json(state, { status: state.status === "ready" ? 200 : 503 });
  },
});
