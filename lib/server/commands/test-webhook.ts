import "server-only";
import { randomUUID } from "node:crypto";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { send } from "@/lib/notifications/delivery/send";
import { testEvent } from "@/lib/notifications/formats/event";
import { standardBody } from "@/lib/notifications/formats/standard";
import { requireWebhook } from "@/lib/server/commands/require-webhook";
import { type DeliveryWithAttempts, recordAttempts, saveDeliveries } from "@/lib/storage/deliveries";

/** An operator waits for the result, and pages give up after ten seconds. */
const TEST_MS_MAX = 8 * SECOND;

type TestContext = Pick<Runtime, "webhooks" | "database">;

/**
 * Sends a test event to a webhook, also to a disabled one, and returns its delivery. There is one attempt, since a test
 * that arrives tomorrow shows nothing. The delivery is stored as delivered or dead.
 */
export async function testWebhook(live: TestContext, id: string, now: () => number): Promise<DeliveryWithAttempts> {
  const webhook = requireWebhook(live, id);
  const atMs = now();
  const event = testEvent(webhook, atMs);
  const messageId = `msg_${randomUUID()}`;
  const neverAborted = new AbortController().signal;
  const sent = await send(webhook, { id: messageId, event }, { now, signal: neverAborted, timeoutMs: TEST_MS_MAX });
  const state = sent.accepted ? "delivered" : "dead";
  const attempt = { atMs, status: sent.status, durationMs: sent.durationMs, reason: sent.reason, message: null };
  const delivery = {
    id: messageId,
    webhook: id,
    alertId: null,
    event: event.type,
    body: JSON.stringify(standardBody(event)),
    summary: event.alert.summary,
    state,
    createdMs: atMs,
    nextAttemptMs: null,
  } as const;
  await live.database.db.transaction().execute(async (trx) => {
    await saveDeliveries(trx, [delivery]);
    await recordAttempts(trx, [{ id: messageId, state, tries: 1, nextAttemptMs: null, attempt }]);
  });
  return { ...delivery, attempts: [attempt] };
}
