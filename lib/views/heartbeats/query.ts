import { queryOptions } from "@tanstack/react-query";
import { HeartbeatsView } from "@/lib/views/heartbeats/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { dependsOn } from "@/lib/views/topics";

const HEARTBEATS_MAX = 200;

export const heartbeatsQuery = () =>
  queryOptions({
    queryKey: ["heartbeats", dependsOn("*")],
    queryFn: ({ signal }) => requestJson(HeartbeatsView, `/api/v1/heartbeats?limit=${HEARTBEATS_MAX}`, { signal }),
    ...polled,
  });
