import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { DeliveryWithAttempts } from "@/lib/storage/deliveries";
import type { DeliveryView } from "@/lib/views/deliveries/schema";

/** One delivery of the API, without its signed body. */
export const deliveryView = (delivery: DeliveryWithAttempts): DeliveryView => ({
  id: delivery.id,
  webhook: delivery.webhook,
  alert: delivery.alertId,
  event: delivery.event,
  summary: delivery.summary,
  state: delivery.state,
  createdMs: delivery.createdMs,
  attempts: delivery.attempts.map((attempt) => ({ ...attempt, error: renderReasonOrNull(attempt.reason) })),
  nextAttemptMs: delivery.nextAttemptMs,
});
