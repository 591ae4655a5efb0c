import { answer } from "@/lib/api/answer";
import { cursorOf, Page } from "@/lib/api/params";
import { countDead, listDeliveries } from "@/lib/storage/deliveries";
import { deliveryView } from "@/lib/views/read/deliveries";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: async ({ runtime, params, nowMs }) => {
    const { db } = runtime.database;
    const page = await listDeliveries(db, { limit: params.limit, before: cursorOf(params) });
    return { asOfMs: nowMs, items: page.items.map(deliveryView), next: page.next, dead: await countDead(db) };
  },
});
