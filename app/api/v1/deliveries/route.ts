import { cursorOf, Page } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { countDead, listDeliveries } from "@/lib/storage/deliveries";
import { endpointHealths } from "@/lib/storage/endpoint-health";
import { deliveryView, waitingView } from "@/lib/views/deliveries/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: async ({ runtime, params, nowMs }) => {
    const { db } = runtime.database;
    const page = await listDeliveries(db, { limit: params.limit, before: cursorOf(params) });
    const ids = [...new Set(page.items.map(({ webhook }) => webhook))];
    const healths = await endpointHealths(db, ids);
    const rests = new Map(ids.map((id, at) => [id, healths[at]?.restUntilMs ?? 0]));
    const items = page.items.map((one) => waitingView(deliveryView(one), rests.get(one.webhook) ?? 0));
    return { asOfMs: nowMs, items, next: page.next, dead: await countDead(db) };
  },
});
