import { cursorOf, IncidentsParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readIncidents } from "@/lib/views/incidents/read";

export const GET = route({
  access: "viewer",
  params: IncidentsParams,
  handle: async ({ runtime, params, nowMs, locale }) => {
    const open = params.state === undefined ? {} : { open: params.state === "firing" };
    const page = await readIncidents(runtime, { limit: params.limit, before: cursorOf(params), ...open }, locale);
    return { asOfMs: nowMs, items: page.items, next: page.next };
  },
});
