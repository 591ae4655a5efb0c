import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import type { ClientFilter } from "@/lib/views/clients/filter";
import { ClientHistory } from "@/lib/views/clients/history-schema";
import { ClientRowsView } from "@/lib/views/clients/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import type { Range } from "@/lib/views/series/schema";
import { dependsOn } from "@/lib/views/topics";

/** All clients of the largest broker in one response: a paged list would jump while a person scrolls through it. */
const ROWS_MAX = 10_000;

export const clientRowsQuery = (filter: ClientFilter) =>
  queryOptions({
    queryKey: ["clients", dependsOn("broker:*"), filter],
    queryFn: ({ signal }) => requestJson(ClientRowsView, `/api/v1/clients?${rowsSearch(filter)}`, { signal }),
    placeholderData: keepPreviousData,
    // Comparing thousands of rows with the previous ones costs more than drawing the few in the window.
    structuralSharing: false,
    ...polled,
  });

function rowsSearch(filter: ClientFilter): URLSearchParams {
  const search = new URLSearchParams({ fields: "row", limit: String(ROWS_MAX) });
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) search.set(name, value);
  return search;
}

const aliasPath = (id: string): string => `/api/v1/clients/${encodeURIComponent(id)}/alias`;

/** Sets how a client is shown. Throws RequestFailed. */
export const saveAlias = (id: string, alias: string): Promise<null> =>
  requestJson(z.null(), aliasPath(id), { method: "PUT", body: { alias } });

/** Throws RequestFailed. */
export const deleteAlias = (id: string): Promise<null> => requestJson(z.null(), aliasPath(id), { method: "DELETE" });

export const clientQuery = (id: string, range: Range) =>
  queryOptions({
    queryKey: ["client", dependsOn("broker:*"), id, range],
    queryFn: ({ signal }) =>
      requestJson(ClientHistory, `/api/v1/clients/${encodeURIComponent(id)}?range=${range}`, { signal }),
    ...polled,
  });
