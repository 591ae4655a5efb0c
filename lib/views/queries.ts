import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { AlertsView } from "@/lib/views/alerts/schema";
import { BrokerHistory } from "@/lib/views/brokers/schema";
import type { ClientFilter } from "@/lib/views/clients/filter";
import { ClientHistory } from "@/lib/views/clients/history-schema";
import { ClientRowsView } from "@/lib/views/clients/schema";
import { DeliveriesView } from "@/lib/views/deliveries/schema";
import { HeartbeatsView } from "@/lib/views/heartbeats/schema";
import { JobsView, SourcePage } from "@/lib/views/jobs/schema";
import { REFRESH_MS } from "@/lib/views/list";
import { OverviewView } from "@/lib/views/overview/schema";
import { type Panel, PanelView } from "@/lib/views/panels/schema";
import { type QueueFilter, QueuesView } from "@/lib/views/queues/schema";
import { requestJson } from "@/lib/views/request";
import { RunnersView } from "@/lib/views/runners/schema";
import type { Range } from "@/lib/views/series/schema";
import { SilenceWindowsView } from "@/lib/views/silence-windows/schema";
import { WebhooksView } from "@/lib/views/webhooks/schema";

const polled = { refetchInterval: REFRESH_MS, staleTime: REFRESH_MS / 2, retry: 1 } as const;

export const overviewQuery = () =>
  queryOptions({
    queryKey: ["overview"],
    queryFn: ({ signal }) => requestJson(OverviewView, "/api/v1/overview", { signal }),
    ...polled,
  });

/** `token` is an embed's; pages pass null and are known by their cookie. `source` narrows the picture to one source. */
export const panelQuery = (panel: Panel, range: Range, token: string | null = null, source: string | null = null) => {
  const params = new URLSearchParams({ range, ...(source === null ? {} : { source }) });
  return queryOptions({
    queryKey: ["panel", panel, range, token, source],
    queryFn: ({ signal }) => requestJson(PanelView, `/api/v1/panels/${panel}?${params}`, { signal, token }),
    ...polled,
  });
};

/** As many alerts as one reads; the API's cursor has the rest. */
const ALERTS_MAX = 200;

/** One state, since what fires must not be pushed off the page by what has ended since. */
export const alertsQuery = (state: "firing" | "pending" | "resolved") =>
  queryOptions({
    queryKey: ["alerts", state],
    queryFn: ({ signal }) => requestJson(AlertsView, `/api/v1/alerts?state=${state}&limit=${ALERTS_MAX}`, { signal }),
    ...polled,
  });

export const silenceWindowsQuery = () =>
  queryOptions({
    queryKey: ["silence-windows"],
    queryFn: ({ signal }) => requestJson(SilenceWindowsView, `/api/v1/silence-windows?limit=${ALERTS_MAX}`, { signal }),
    ...polled,
  });

export const deliveriesQuery = () =>
  queryOptions({
    queryKey: ["deliveries"],
    queryFn: ({ signal }) => requestJson(DeliveriesView, "/api/v1/deliveries?limit=200", { signal }),
    ...polled,
  });

export const webhooksQuery = () =>
  queryOptions({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => requestJson(WebhooksView, "/api/v1/webhooks?limit=200", { signal }),
    ...polled,
  });

export const heartbeatsQuery = () =>
  queryOptions({
    queryKey: ["heartbeats"],
    queryFn: ({ signal }) => requestJson(HeartbeatsView, "/api/v1/heartbeats?limit=200", { signal }),
    ...polled,
  });

/** All clients of the largest broker in one answer: a list in pages would jump while one scrolls through it. */
const ROWS_MAX = 10_000;

export const clientRowsQuery = (filter: ClientFilter) =>
  queryOptions({
    queryKey: ["clients", filter],
    queryFn: ({ signal }) => requestJson(ClientRowsView, `/api/v1/clients?${rowsSearch(filter)}`, { signal }),
    placeholderData: keepPreviousData,
    // Comparing thousands of rows with those before costs more than drawing the few that are in the window.
    structuralSharing: false,
    ...polled,
  });

function rowsSearch(filter: ClientFilter): URLSearchParams {
  const search = new URLSearchParams({ fields: "row", limit: String(ROWS_MAX) });
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) search.set(name, value);
  return search;
}

export const clientQuery = (id: string, range: Range) =>
  queryOptions({
    queryKey: ["client", id, range],
    queryFn: ({ signal }) =>
      requestJson(ClientHistory, `/api/v1/clients/${encodeURIComponent(id)}?range=${range}`, { signal }),
    ...polled,
  });

export const brokerQuery = (id: string, range: Range) =>
  queryOptions({
    queryKey: ["broker", id, range],
    queryFn: ({ signal }) =>
      requestJson(BrokerHistory, `/api/v1/brokers/${encodeURIComponent(id)}?range=${range}`, { signal }),
    ...polled,
  });

export const queuesQuery = (filter: QueueFilter, limit: number) => {
  const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const params = new URLSearchParams([...given, ["limit", String(limit)]]);
  return queryOptions({
    queryKey: ["queues", params.toString()],
    queryFn: ({ signal }) => requestJson(QueuesView, `/api/v1/queues?${params}`, { signal }),
    ...polled,
  });
};

/** More queues, or runners, than one page of the API holds are for the API's cursor: a thousand fill many screens. */
const WORK_MAX = 1_000;

export const jobsQuery = () =>
  queryOptions({
    queryKey: ["jobs"],
    queryFn: ({ signal }) => requestJson(JobsView, `/api/v1/jobs?limit=${WORK_MAX}`, { signal }),
    ...polled,
  });

export const sourceQuery = (source: string) =>
  queryOptions({
    queryKey: ["jobs", source],
    queryFn: ({ signal }) => requestJson(SourcePage, `/api/v1/jobs/${encodeURIComponent(source)}`, { signal }),
    ...polled,
  });

export const runnersQuery = () =>
  queryOptions({
    queryKey: ["runners"],
    queryFn: ({ signal }) => requestJson(RunnersView, `/api/v1/runners?limit=${WORK_MAX}`, { signal }),
    ...polled,
  });
