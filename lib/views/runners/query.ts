import { queryOptions } from "@tanstack/react-query";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { RunnersView } from "@/lib/views/runners/schema";
import { dependsOn } from "@/lib/views/topics";

/** The largest page of the API: a thousand runners fill many screens. */
const RUNNERS_MAX = 1_000;

export const runnersQuery = () =>
  queryOptions({
    queryKey: ["runners", dependsOn("source:*")],
    queryFn: ({ signal }) => requestJson(RunnersView, `/api/v1/runners?limit=${RUNNERS_MAX}`, { signal }),
    ...polled,
  });
