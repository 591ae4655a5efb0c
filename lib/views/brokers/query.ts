import { queryOptions } from "@tanstack/react-query";
import { BrokerHistory } from "@/lib/views/brokers/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import type { Range } from "@/lib/views/series/schema";
import { dependsOn } from "@/lib/views/topics";

export const brokerQuery = (id: string, range: Range) =>
  queryOptions({
    queryKey: ["broker", dependsOn(`broker:${id}`), id, range],
    queryFn: ({ signal }) =>
      requestJson(BrokerHistory, `/api/v1/brokers/${encodeURIComponent(id)}?range=${range}`, { signal }),
    ...polled,
  });
