import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { readiness } from "@/lib/views/read/health";

export const GET = answer({
  who: "anyone",
  params: z.object({}),
  read: async ({ runtime, nowMs }) => {
    const state = await readiness(runtime, nowMs);
    return Response.json(state, { status: state.status === "ready" ? 200 : 503 });
  },
});
