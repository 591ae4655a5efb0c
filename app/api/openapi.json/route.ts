import { z } from "zod";
import { openApi } from "@/lib/server/api/openapi";
import { route } from "@/lib/server/api/route";

export const GET = route({ access: "anyone", params: z.object({}), handle: openApi });
