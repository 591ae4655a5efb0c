import type { AlertEvent } from "@/lib/alerts/rule";
import { fingerprint } from "@/lib/signals/fingerprint";
import type { Delivery } from "@/lib/storage/deliveries";
import type { Webhook } from "@/lib/webhooks/endpoint";
import { standardBody } from "@/lib/webhooks/payload";

/** What to send for the events of one tick. The id of a delivery follows from its event, so deciding twice is one. */
export const deliveriesFor = (
  events: readonly AlertEvent[],
  webhooks: readonly Webhook[],
  nowMs: number,
): readonly Delivery[] =>
  events.flatMap((event) =>
    webhooks.filter((webhook) => wants(webhook, event)).map((webhook) => made(webhook, event, nowMs)),
  );

const wants = (webhook: Webhook, event: AlertEvent): boolean =>
  webhook.severities.includes(event.alert.severity) && (webhook.sendResolved || event.type !== "alert.resolved");

const made = (webhook: Webhook, event: AlertEvent, nowMs: number): Delivery => ({
  id: `msg_${fingerprint(webhook.id, event.alert.id, event.type, event.alert.severity, String(event.atMs))}`,
  webhook: webhook.id,
  alertId: event.alert.id,
  event: event.type,
  body: standardBody(event),
  summary: event.alert.summary,
  state: "queued",
  createdMs: nowMs,
  nextAttemptMs: nowMs,
});
