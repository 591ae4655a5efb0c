import { cursorOf, Page } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { countDead, listDeliveries } from "@/lib/storage/deliveries";
import { deliveryView } from "@/lib/views/deliveries/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: async ({ runtime, params, nowMs }) => {
    const { db } = runtime.database;
    const page = await listDeliveries(db, { limit: params.limit, before: cursorOf(params) });
    return { asOfMs: nowMs, items: page.items.map(deliveryView), next: page.next, dead: await countDead(db) };
  },
});
