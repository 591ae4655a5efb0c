import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { Refused } from "@/lib/errors/refused";
import { countDead, findDelivery, requeueDead, requeueDelivery } from "@/lib/storage/deliveries";

type Delivering = Pick<Runtime, "database" | "deliverer">;

/** One transaction; three hundred sends take about 0.6 s on the embedded database. */
const REPLAYED_AT_ONCE_MAX = 500;

/** Makes a delivery again that is over, under the same `webhook-id`, with a full row of attempts. */
export async function replayDelivery({ database, deliverer }: Delivering, id: string, nowMs: number): Promise<void> {
  const queued = await database.db.transaction().execute(async (trx) => {
    const delivery = await requeueDelivery(trx, id, nowMs);
    if (delivery !== null) await deliverer.enqueue(trx, delivery);
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
    for (const delivery of queued) await deliverer.enqueue(trx, delivery);
    return queued.length;
  });
  deliverer.nudge();
  return { replayed, left: await countDead(database.db) };
}
