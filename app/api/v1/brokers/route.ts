import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readBrokers } from "@/lib/views/brokers/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(await readBrokers(runtime, nowMs), params, (broker) => broker.id),
  }),
});
