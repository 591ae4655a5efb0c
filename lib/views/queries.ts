import { queryOptions } from "@tanstack/react-query";
import { AlertsView } from "@/lib/views/alerts";
import { ask } from "@/lib/views/ask";
import { DeliveriesView } from "@/lib/views/deliveries";
import { REFRESH_MS } from "@/lib/views/list";
import { OverviewView } from "@/lib/views/overview";
import { type Panel, PanelView } from "@/lib/views/panels";
import type { Range } from "@/lib/views/series";

const polled = { refetchInterval: REFRESH_MS, staleTime: REFRESH_MS / 2, retry: 1 } as const;

export const overviewQuery = () =>
  queryOptions({
    queryKey: ["overview"],
    queryFn: ({ signal }) => ask(OverviewView, "/api/v1/overview", { signal }),
    ...polled,
  });

/** `token` is an embed's; pages pass null and are known by their cookie. */
export const panelQuery = (panel: Panel, range: Range, token: string | null = null) =>
  queryOptions({
    queryKey: ["panel", panel, range, token],
    queryFn: ({ signal }) => ask(PanelView, `/api/v1/panels/${panel}?range=${range}`, { signal, token }),
    ...polled,
  });

export const alertsQuery = () =>
  queryOptions({
    queryKey: ["alerts"],
    queryFn: ({ signal }) => ask(AlertsView, "/api/v1/alerts?limit=200", { signal }),
    ...polled,
  });

export const deliveriesQuery = () =>
  queryOptions({
    queryKey: ["deliveries"],
    queryFn: ({ signal }) => ask(DeliveriesView, "/api/v1/deliveries?limit=200", { signal }),
    ...polled,
  });
