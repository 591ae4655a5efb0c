import { AlertsParams, cursorOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { listAlerts } from "@/lib/storage/alerts/alerts";
import { alertView } from "@/lib/views/alerts/read";

export const GET = route({
  access: "viewer",
  params: AlertsParams,
  handle: async ({ runtime, params, nowMs, locale }) => {
    const states = params.state === undefined ? {} : { states: [params.state] };
    const page = await listAlerts(runtime.database.db, { limit: params.limit, before: cursorOf(params), ...states });
    // A pending alert that cleared before it fired does not count as an alert.
    const fired = page.items.filter((alert) => alert.state !== "resolved" || alert.firedMs !== null);
    return { asOfMs: nowMs, items: fired.map((alert) => alertView(alert, runtime, locale)), next: page.next };
  },
});
