import { answer } from "@/lib/api/answer";
import { cursorOf, Page } from "@/lib/api/params";
import { listDeliveries } from "@/lib/storage/deliveries";
import { deliveryView } from "@/lib/views/read/deliveries";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: async ({ runtime, params, nowMs }) => {
    const page = await listDeliveries(runtime.database.db, { limit: params.limit, before: cursorOf(params) });
    return { asOfMs: nowMs, items: page.items.map(deliveryView), next: page.next };
  },
});
