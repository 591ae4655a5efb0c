import { z } from "zod";
import { DeliveryView } from "@/lib/views/deliveries/schema";
import { listOf } from "@/lib/views/list";
import { requestJson } from "@/lib/views/request";

export const WebhookView = z.object({
  id: z.string(),
  format: z.string(),
  /** Host and port. The rest of the address is a secret with many services, and is never told. */
  host: z.string(),
  /** How many secrets of Standard Webhooks sign; 0 where the format has a signature of its own, or none. */
  secrets: z.number(),
  severities: z.array(z.enum(["warning", "critical"])),
  sendResolved: z.boolean(),
  allowPrivate: z.boolean(),
  language: z.enum(["en", "zh-CN"]),
  state: z.enum(["active", "disabled"]),
  disabledMs: z.number().nullable(),
  disabledBecause: z.string().nullable(),
  /** Deliveries on their way, and given up; up to ten thousand of each. */
  waiting: z.number(),
  dead: z.number(),
  /** Since when nothing was accepted although it was tried; null while nothing fails. */
  failingSinceMs: z.number().nullable(),
  /** When a failing webhook is tried next. */
  nextTryMs: z.number().nullable(),
});
export type WebhookView = z.infer<typeof WebhookView>;
export const WebhooksView = listOf(WebhookView);

/** What a test would send, before the webhook's secrets are put into it. */
export const WebhookPreview = z.object({
  format: z.string(),
  contentType: z.string(),
  body: z.json(),
  bytes: z.number(),
});
export type WebhookPreview = z.infer<typeof WebhookPreview>;

export const Replayed = z.object({ replayed: z.number(), left: z.number() });

const pathOf = (id: string): string => `/api/v1/webhooks/${encodeURIComponent(id)}`;

/** What operators do with webhooks and deliveries. Each throws RequestFailed with what the server said. */
export const testWebhook = (id: string): Promise<DeliveryView> =>
  requestJson(DeliveryView, `${pathOf(id)}/test`, { method: "POST" });
export const enableWebhook = (id: string): Promise<null> =>
  requestJson(z.null(), `${pathOf(id)}/enable`, { method: "POST" });
export const previewWebhook = (id: string): Promise<WebhookPreview> =>
  requestJson(WebhookPreview, `${pathOf(id)}/preview`);
export const replayDelivery = (id: string): Promise<null> =>
  requestJson(z.null(), `/api/v1/deliveries/${encodeURIComponent(id)}/replay`, { method: "POST" });
export const replayWebhook = (id: string): Promise<z.infer<typeof Replayed>> =>
  requestJson(Replayed, `${pathOf(id)}/replay`, { method: "POST" });
export const replayDead = (): Promise<z.infer<typeof Replayed>> =>
  requestJson(Replayed, "/api/v1/deliveries/replay", { method: "POST" });
