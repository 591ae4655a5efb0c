import { queryOptions } from "@tanstack/react-query";
import type { AcknowledgementInput } from "@/lib/views/alerts/query";
import { IncidentsView, IncidentView } from "@/lib/views/incidents/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { ALL_SCOPES, dependsOn } from "@/lib/views/topics";

/** More open incidents than the overview shows; the API lists all. */
const INCIDENTS_MAX = 20;

export const openIncidentsQuery = () =>
  queryOptions({
    queryKey: ["incidents", dependsOn("incidents", ...ALL_SCOPES)],
    queryFn: ({ signal }) =>
      requestJson(IncidentsView, `/api/v1/incidents?state=firing&limit=${INCIDENTS_MAX}`, { signal }),
    ...polled,
  });

const pathOf = (id: string): string => `/api/v1/incidents/${encodeURIComponent(id)}`;

/** Acknowledges an open incident. Throws RequestFailed. */
export const acknowledgeIncident = (id: string, body: AcknowledgementInput): Promise<IncidentView> =>
  requestJson(IncidentView, `${pathOf(id)}/acknowledge`, { method: "POST", body });

/** Removes the acknowledgement of an incident. Throws RequestFailed. */
export const unacknowledgeIncident = (id: string): Promise<IncidentView> =>
  requestJson(IncidentView, `${pathOf(id)}/unacknowledge`, { method: "POST" });
