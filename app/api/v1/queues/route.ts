import { answer } from "@/lib/api/answer";
import { pageOf, QueueParams } from "@/lib/api/params";
import { readQueues } from "@/lib/views/read/queues";

export const GET = answer({
  who: "viewer",
  params: QueueParams,
  read: ({ runtime, params, nowMs }) => {
    const { rows, ...about } = readQueues(runtime, params, nowMs);
    const keyOf = (queue: (typeof rows)[number]) => JSON.stringify([queue.broker, queue.vhost, queue.name]);
    return { asOfMs: nowMs, ...pageOf(rows, params, keyOf), ...about };
  },
});
