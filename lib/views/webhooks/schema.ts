import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { listOf } from "@/lib/views/list";

export const WebhookView = z.object({
  id: z.string(),
  format: z.string(),
  /** Host and port. With many services the rest of the URL is a secret, so it is never shown. */
  host: z.string(),
  /** The number of Standard Webhooks secrets; 0 where the format has its own signature, or none. */
  secrets: z.number(),
  severities: z.array(z.enum(["warning", "critical"])),
  sendResolved: z.boolean(),
  allowPrivate: z.boolean(),
  language: z.enum(["en", "zh-CN"]),
  state: z.enum(["active", "disabled"]),
  disabledMs: z.number().nullable(),
  disabledBecause: z.string().nullable(),
  disabledReason: ReasonSchema.nullable(),
  /** Queued and dead deliveries; counted up to ten thousand of each. */
  waiting: z.number(),
  dead: z.number(),
  /** When the current run of failed attempts began; null while deliveries are accepted. */
  failingSinceMs: z.number().nullable(),
  /** The next attempt to a failing webhook. */
  nextTryMs: z.number().nullable(),
});
export type WebhookView = z.infer<typeof WebhookView>;
export const WebhooksView = listOf(WebhookView);

/** The request that a test would send, without the secrets of the webhook. */
export const WebhookPreview = z.object({
  format: z.string(),
  contentType: z.string(),
  body: z.json(),
  bytes: z.number(),
});
export type WebhookPreview = z.infer<typeof WebhookPreview>;
