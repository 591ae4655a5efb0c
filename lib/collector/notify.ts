import type { AlertEvent } from "@/lib/alerts/rule";
import { fingerprint } from "@/lib/signals/fingerprint";
import type { Delivery } from "@/lib/storage/deliveries";
import type { Webhook } from "@/lib/webhooks/endpoint";
import { standardBody } from "@/lib/webhooks/formats/standard";

/** What to send for the events of one tick. The id of a delivery follows from its event, so deciding twice is one. */
export const deliveriesFor = (
  events: readonly AlertEvent[],
  webhooks: readonly Webhook[],
  nowMs: number,
): readonly Delivery[] =>
  events.flatMap((event) =>
    webhooks.filter((webhook) => wants(webhook, event)).map((webhook) => made(webhook, event, nowMs)),
  );

/** The end of an alert that eased from critical to warning still goes to whoever was told that it was critical. */
function wants(webhook: Webhook, { type, alert }: AlertEvent): boolean {
  // That a webhook does not get through is told through the others: through itself it would only wait with the rest.
  if (alert.labels.webhook === webhook.id) return false;
  if (type === "alert.firing") return webhook.severities.includes(alert.severity);
  return (
    webhook.sendResolved && (webhook.severities.includes(alert.severity) || webhook.severities.includes("critical"))
  );
}

const made = (webhook: Webhook, event: AlertEvent, nowMs: number): Delivery => ({
  id: `msg_${fingerprint(webhook.id, event.alert.id, event.type, event.alert.severity, String(event.atMs))}`,
  webhook: webhook.id,
  alertId: event.alert.id,
  event: event.type,
  body: JSON.stringify(standardBody(event)),
  summary: event.alert.summary,
  state: "queued",
  createdMs: nowMs,
  nextAttemptMs: nowMs,
});
