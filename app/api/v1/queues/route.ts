import { pageOf, QueueParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readQueues } from "@/lib/views/queues/read";

export const GET = route({
  access: "viewer",
  params: QueueParams,
  handle: ({ runtime, params, nowMs }) => {
    const { rows, ...summary } = readQueues(runtime, params, nowMs);
    const keyOf = (queue: (typeof rows)[number]) => JSON.stringify([queue.broker, queue.vhost, queue.name]);
    return { asOfMs: nowMs, ...pageOf(rows, params, keyOf), ...summary };
  },
});
