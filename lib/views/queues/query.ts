import { queryOptions } from "@tanstack/react-query";
import { type QueueFilter, QueuesView } from "@/lib/views/queues/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { dependsOn } from "@/lib/views/topics";

export const queuesQuery = (filter: QueueFilter, limit: number) => {
  const set = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const params = new URLSearchParams([...set, ["limit", String(limit)]]);
  return queryOptions({
    queryKey: ["queues", dependsOn("broker:*"), params.toString()],
    queryFn: ({ signal }) => requestJson(QueuesView, `/api/v1/queues?${params}`, { signal }),
    ...polled,
  });
};
