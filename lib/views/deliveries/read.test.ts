import { expect, test } from "vitest";
import { waitingView } from "@/lib/views/deliveries/read";
import type { DeliveryView } from "@/lib/views/deliveries/schema";

const delivery = (state: DeliveryView["state"], nextAttemptMs: number | null): DeliveryView => ({
  ...{ id: "d", webhook: "ops", alert: null, event: "alert.firing", summary: "s", createdMs: 0, attempts: [] },
  ...{ state, nextAttemptMs },
});

test.each<[string, DeliveryView, number, number | null]>([
  ["a webhook that does not rest changes nothing", delivery("queued", 50), 0, 50],
  ["a delivery that is due waits for the end of the rest", delivery("queued", 50), 90, 90],
  ["a later retry stays as it is", delivery("failed", 120), 90, 120],
  ["nothing is attempted of a delivered one", delivery("delivered", null), 90, null],
  ["nor of a dead one", delivery("dead", null), 90, null],
])("%s", (_, view, restUntilMs, expected) => expect(waitingView(view, restUntilMs).nextAttemptMs).toBe(expected));
