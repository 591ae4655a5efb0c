import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { cursorOf, Page } from "@/lib/api/params";
import { listSessions } from "@/lib/storage/sessions";
import { sessionView } from "@/lib/views/read/sessions";

export const GET = answer({
  who: "viewer",
  params: Page.extend({ id: z.string() }),
  read: async ({ runtime, params, nowMs }) => {
    const page = await listSessions(runtime.database.db, params.id, { limit: params.limit, before: cursorOf(params) });
    return { asOfMs: nowMs, items: page.items.map(sessionView), next: page.next };
  },
});
