import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { DeliveryWithAttempts } from "@/lib/storage/deliveries";
import type { DeliveryView } from "@/lib/views/deliveries/schema";

/** Without the body: it is what was signed, and the list is not the place to repeat it. */
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
