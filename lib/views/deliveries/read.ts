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

/** A delivery that waits for a webhook that rests after failures is attempted when the rest ends. */
export const waitingView = (view: DeliveryView, restUntilMs: number): DeliveryView =>
  view.nextAttemptMs === null || view.state === "delivered" || view.state === "dead"
    ? view
    : { ...view, nextAttemptMs: Math.max(view.nextAttemptMs, restUntilMs) };
