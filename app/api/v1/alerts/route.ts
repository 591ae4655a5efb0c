import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { cursorOf, Page } from "@/lib/api/params";
import { listAlerts } from "@/lib/storage/alerts";
import { alertView } from "@/lib/views/read/alerts";

const Params = Page.extend({ state: z.enum(["pending", "firing", "resolved"]).optional() });

export const GET = answer({
  who: "viewer",
  params: Params,
  read: async ({ runtime, params, nowMs, locale }) => {
    const states = params.state === undefined ? {} : { states: [params.state] };
    const page = await listAlerts(runtime.database.db, { limit: params.limit, before: cursorOf(params), ...states });
    // A pending alert that cleared before it fired was never one.
    const told = page.items.filter((alert) => alert.state !== "resolved" || alert.firedMs !== null);
    return { asOfMs: nowMs, items: told.map((alert) => alertView(alert, runtime, locale)), next: page.next };
  },
});
