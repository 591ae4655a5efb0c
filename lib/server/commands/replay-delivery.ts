import "server-only";
import type { Kysely } from "kysely";
import { Refused } from "@/lib/base/errors/refused";
import type { Runtime } from "@/lib/collector/runtime";
import { countDead, type Delivery, findDelivery, requeueDead, requeueDelivery } from "@/lib/storage/deliveries";
import { resumeEndpoint } from "@/lib/storage/endpoint-health";
import type { Schema } from "@/lib/storage/schema/schema";

type Delivering = Pick<Runtime, "database" | "deliverer">;

/** One transaction, and one statement of it: a tick that waits behind it on the embedded database waits for little. */
const REPLAYED_AT_ONCE_MAX = 500;

/** Makes a delivery again that is over, under the same `webhook-id`, with a full row of attempts. */
export async function replayDelivery({ database, deliverer }: Delivering, id: string, nowMs: number): Promise<void> {
  const queued = await database.db.transaction().execute(async (trx) => {
    const delivery = await requeueDelivery(trx, id, nowMs);
    if (delivery !== null) await goAgain(trx, deliverer, [delivery]);
    return delivery !== null;
  });
  if (queued) return deliverer.nudge();
  const there = await findDelivery(database.db, id);
  if (there === null) throw new Refused(404, "Not found", "no delivery of that id");
  throw new Refused(409, "Still being tried", "the delivery is not over yet; it will be tried again by itself");
}

/** Makes dead deliveries again, the oldest first, at most 500 a call; `left` says how many are dead after it. */
export async function replayDead(
  { database, deliverer }: Delivering,
  webhook: string | null,
  nowMs: number,
): Promise<{ readonly replayed: number; readonly left: number }> {
  const replayed = await database.db.transaction().execute(async (trx) => {
    const queued = await requeueDead(trx, webhook, { limit: REPLAYED_AT_ONCE_MAX, nowMs });
    await goAgain(trx, deliverer, queued);
    return queued.length;
  });
  deliverer.nudge();
  return { replayed, left: await countDead(database.db) };
}

/** Who asks for it wants to see it tried now, however long the webhook was to rest. */
async function goAgain(
  trx: Kysely<Schema>,
  deliverer: Delivering["deliverer"],
  deliveries: readonly Delivery[],
): Promise<void> {
  for (const webhook of new Set(deliveries.map((one) => one.webhook))) await resumeEndpoint(trx, webhook);
  await deliverer.enqueue(trx, deliveries);
}
