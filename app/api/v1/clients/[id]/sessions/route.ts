import { z } from "zod";
import { cursorOf, Page } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { listSessions } from "@/lib/storage/rabbitmq/sessions";
import { sessionView } from "@/lib/views/clients/read-sessions";

export const GET = route({
  access: "viewer",
  params: Page.extend({ id: z.string() }),
  handle: async ({ runtime, params, nowMs }) => {
    const page = await listSessions(runtime.database.db, params.id, { limit: params.limit, before: cursorOf(params) });
    return { asOfMs: nowMs, items: page.items.map(sessionView), next: page.next };
  },
});
