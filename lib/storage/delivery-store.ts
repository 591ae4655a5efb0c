import "server-only";
import type { Kysely } from "kysely";
import type { DeliveryStore } from "@/lib/notifications/delivery/delivery-worker";
import { disabledWebhooks } from "@/lib/notifications/delivery/disabled-webhooks";
import { recordAttempts } from "@/lib/storage/deliveries";
import {
  endpointHealthOf,
  firstOf,
  nextDueAfter,
  saveEndpointHealth,
  sentSince,
  waitingFor,
  webhooksWithBacklog,
} from "@/lib/storage/endpoint-health";
import type { Schema } from "@/lib/storage/schema/schema";
import { settingsOf } from "@/lib/storage/settings";

/** The rows that hold the deliveries, as who delivers them asks for them. */
export const deliveryStore = (db: Kysely<Schema>): DeliveryStore => ({
  ...disabledWebhooks(settingsOf(db)),
  waiting: (webhook, which) => waitingFor(db, webhook, which),
  nextDue: (webhook, nowMs) => nextDueAfter(db, webhook, nowMs),
  waitedFor: () => webhooksWithBacklog(db),
  first: (webhook, alertId) => firstOf(db, webhook, alertId),
  sentSince: (webhook, sinceMs) => sentSince(db, webhook, sinceMs),
  lane: (webhook) => endpointHealthOf(db, webhook),
  keepLane: (webhook, lane) => saveEndpointHealth(db, webhook, lane),
  record: (attempted) => recordAttempts(db, attempted),
});
