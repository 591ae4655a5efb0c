import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { readOverview } from "@/lib/views/read/overview";

export const GET = answer({
  who: "viewer",
  params: z.object({}),
  read: ({ runtime, nowMs, locale }) => readOverview(runtime, nowMs, locale),
});
