import { queryOptions } from "@tanstack/react-query";
import { AlertsView, AlertView } from "@/lib/views/alerts/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { ALL_SCOPES, dependsOn } from "@/lib/views/topics";

/** More alerts than a person reads; older ones are reachable through the cursor of the API. */
const ALERTS_MAX = 200;

/** One state per query, so that resolved alerts cannot push firing ones off the page. */
export const alertsQuery = (state: "firing" | "pending" | "resolved") =>
  queryOptions({
    queryKey: ["alerts", dependsOn(...ALL_SCOPES), state],
    queryFn: ({ signal }) => requestJson(AlertsView, `/api/v1/alerts?state=${state}&limit=${ALERTS_MAX}`, { signal }),
    ...polled,
  });

const pathOf = (id: string): string => `/api/v1/alerts/${encodeURIComponent(id)}`;

export interface AcknowledgementInput {
  readonly untilMs?: number;
  readonly comment?: string;
  readonly by?: string;
}

/** Acknowledges a firing alert. Throws RequestFailed. */
export const acknowledgeAlert = (id: string, body: AcknowledgementInput): Promise<AlertView> =>
  requestJson(AlertView, `${pathOf(id)}/acknowledge`, { method: "POST", body });

/** Removes the acknowledgement of an alert. Throws RequestFailed. */
export const unacknowledgeAlert = (id: string): Promise<AlertView> =>
  requestJson(AlertView, `${pathOf(id)}/unacknowledge`, { method: "POST" });
