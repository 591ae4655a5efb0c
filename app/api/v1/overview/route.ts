import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { readOverview } from "@/lib/views/overview/read";

export const GET = route({
  who: "viewer",
  params: z.object({}),
  read: ({ runtime, nowMs, locale }) => readOverview(runtime, nowMs, locale),
});
