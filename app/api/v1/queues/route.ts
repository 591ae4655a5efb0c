import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { readQueues } from "@/lib/views/read/work";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readQueues(runtime, nowMs), params, (queue) => JSON.stringify([queue.broker, queue.vhost, queue.name])),
  }),
});
