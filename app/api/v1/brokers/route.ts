import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readBrokers } from "@/lib/views/read/brokers";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: async ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(await readBrokers(runtime, nowMs), params, (broker) => broker.id),
  }),
});
