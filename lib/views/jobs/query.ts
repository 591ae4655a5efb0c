import { queryOptions } from "@tanstack/react-query";
import { JobsView, SourcePage } from "@/lib/views/jobs/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { dependsOn } from "@/lib/views/topics";

/** The largest page of the API: a thousand job queues fill many screens. */
const JOBS_MAX = 1_000;

/** Job queues are shown with the retry queues of brokers that feed them, so both kinds of change count. */
export const jobsQuery = () =>
  queryOptions({
    queryKey: ["jobs", dependsOn("source:*", "broker:*")],
    queryFn: ({ signal }) => requestJson(JobsView, `/api/v1/jobs?limit=${JOBS_MAX}`, { signal }),
    ...polled,
  });

export const sourceQuery = (source: string) =>
  queryOptions({
    queryKey: ["jobs", dependsOn(`source:${source}`, "broker:*"), source],
    queryFn: ({ signal }) => requestJson(SourcePage, `/api/v1/jobs/${encodeURIComponent(source)}`, { signal }),
    ...polled,
  });
