import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { openApi } from "@/lib/api/openapi";

export const GET = answer({ who: "anyone", params: z.object({}), read: openApi });
