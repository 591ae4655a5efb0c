import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { DeliveriesView, ReplayResult } from "@/lib/views/deliveries/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { ALL_SCOPES, dependsOn } from "@/lib/views/topics";

const PATH = "/api/v1/deliveries";
const DELIVERIES_MAX = 200;

export const deliveriesQuery = () =>
  queryOptions({
    queryKey: ["deliveries", dependsOn(...ALL_SCOPES)],
    queryFn: ({ signal }) => requestJson(DeliveriesView, `${PATH}?limit=${DELIVERIES_MAX}`, { signal }),
    ...polled,
  });

/** Queues a finished delivery again. Throws RequestFailed. */
export const replayDelivery = (id: string): Promise<null> =>
  requestJson(z.null(), `${PATH}/${encodeURIComponent(id)}/replay`, { method: "POST" });

/** Queues the dead deliveries of all webhooks again. Throws RequestFailed. */
export const replayDead = (): Promise<ReplayResult> => requestJson(ReplayResult, `${PATH}/replay`, { method: "POST" });
