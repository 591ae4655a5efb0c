import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { DeliveryView, ReplayResult } from "@/lib/views/deliveries/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import { ALL_SCOPES, dependsOn } from "@/lib/views/topics";
import { WebhookPreview, WebhooksView } from "@/lib/views/webhooks/schema";

const PATH = "/api/v1/webhooks";
const WEBHOOKS_MAX = 200;

export const webhooksQuery = () =>
  queryOptions({
    queryKey: ["webhooks", dependsOn(...ALL_SCOPES)],
    queryFn: ({ signal }) => requestJson(WebhooksView, `${PATH}?limit=${WEBHOOKS_MAX}`, { signal }),
    ...polled,
  });

const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Sends a test event. Resolves to its delivery, accepted or not. Throws RequestFailed. */
export const testWebhook = (id: string): Promise<DeliveryView> =>
  requestJson(DeliveryView, `${pathOf(id)}/test`, { method: "POST" });

/** Enables a webhook that its receiver had disabled. Throws RequestFailed. */
export const enableWebhook = (id: string): Promise<null> =>
  requestJson(z.null(), `${pathOf(id)}/enable`, { method: "POST" });

/** The request that a test would send. Throws RequestFailed. */
export const previewWebhook = (id: string): Promise<WebhookPreview> =>
  requestJson(WebhookPreview, `${pathOf(id)}/preview`);

/** Queues the dead deliveries of one webhook again. Throws RequestFailed. */
export const replayWebhook = (id: string): Promise<ReplayResult> =>
  requestJson(ReplayResult, `${pathOf(id)}/replay`, { method: "POST" });
