import { queryOptions } from "@tanstack/react-query";
import { OverviewView } from "@/lib/views/overview/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { dependsOn } from "@/lib/views/topics";

export const overviewQuery = () =>
  queryOptions({
    queryKey: ["overview", dependsOn("*")],
    queryFn: ({ signal }) => requestJson(OverviewView, "/api/v1/overview", { signal }),
    ...polled,
  });
