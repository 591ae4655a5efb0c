import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { readOverview } from "@/lib/views/overview/read";

export const GET = route({
  access: "viewer",
  params: z.object({}),
  handle: ({ runtime, nowMs, locale }) => readOverview(runtime, nowMs, locale),
});
