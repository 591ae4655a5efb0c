import "server-only";
import type { Kysely } from "kysely";
import { recordAttempts } from "@/lib/storage/deliveries";
import { firstOf, keepLane, laneOf, nextDueAfter, sentSince, waitingFor, webhooksWaitedFor } from "@/lib/storage/lanes";
import type { Schema } from "@/lib/storage/schema";
import { settingsOf } from "@/lib/storage/settings";
import type { DeliveryStore } from "@/lib/webhooks/lane";
import { switchedOff } from "@/lib/webhooks/switched-off";

/** The rows that hold the deliveries, as who delivers them asks for them. */
export const deliveryStore = (db: Kysely<Schema>): DeliveryStore => ({
  ...switchedOff(settingsOf(db)),
  waiting: (webhook, which) => waitingFor(db, webhook, which),
  nextDue: (webhook, nowMs) => nextDueAfter(db, webhook, nowMs),
  waitedFor: () => webhooksWaitedFor(db),
  first: (webhook, alertId) => firstOf(db, webhook, alertId),
  sentSince: (webhook, sinceMs) => sentSince(db, webhook, sinceMs),
  lane: (webhook) => laneOf(db, webhook),
  keepLane: (webhook, lane) => keepLane(db, webhook, lane),
  record: (attempted) => recordAttempts(db, attempted),
});
