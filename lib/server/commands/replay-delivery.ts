import "server-only";
import type { Kysely } from "kysely";
import { Refused } from "@/lib/base/errors/refused";
import type { Runtime } from "@/lib/collector/runtime";
import { countDead, type Delivery, findDelivery, requeueDead, requeueDelivery } from "@/lib/storage/deliveries";
import { resumeEndpoint } from "@/lib/storage/endpoint-health";
import type { Schema } from "@/lib/storage/schema/schema";

type ReplayContext = Pick<Runtime, "database" | "deliverer">;

/** They are queued in one transaction. A tick that waits for it on the embedded database must not wait long. */
const REPLAY_BATCH_MAX = 500;

/** Queues a finished delivery again, with the same `webhook-id` and all its attempts ahead. */
export async function replayDelivery({ database, deliverer }: ReplayContext, id: string, nowMs: number): Promise<void> {
  const queued = await database.db.transaction().execute(async (trx) => {
    const delivery = await requeueDelivery(trx, id, nowMs);
    if (delivery !== null) await resumeEndpoints(trx, [delivery]);
    return delivery !== null;
  });
  if (queued) return deliverer.nudge();
  const existing = await findDelivery(database.db, id);
  if (existing === null) throw new Refused(404, "Not found", "no delivery of that id");
  throw new Refused(409, "Still being tried", "the delivery is not over yet; it will be tried again by itself");
}

/** Queues dead deliveries again, the oldest first, at most 500 a call. `left` is the number of those still dead. */
export async function replayDead(
  { database, deliverer }: ReplayContext,
  webhook: string | null,
  nowMs: number,
): Promise<{ readonly replayed: number; readonly left: number }> {
  const replayed = await database.db.transaction().execute(async (trx) => {
    const queued = await requeueDead(trx, webhook, { limit: REPLAY_BATCH_MAX, nowMs });
    await resumeEndpoints(trx, queued);
    return queued.length;
  });
  deliverer.nudge();
  return { replayed, left: await countDead(database.db) };
}

/** An operator expects a replay to be attempted now, so it also ends the back-off of the webhook. */
async function resumeEndpoints(trx: Kysely<Schema>, deliveries: readonly Delivery[]): Promise<void> {
  for (const webhook of new Set(deliveries.map((delivery) => delivery.webhook))) await resumeEndpoint(trx, webhook);
}
