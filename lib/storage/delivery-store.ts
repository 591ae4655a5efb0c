import "server-only";
import type { Kysely } from "kysely";
import type { DeliveryStore } from "@/lib/notifications/delivery/delivery-store";
import { disabledWebhooks } from "@/lib/notifications/delivery/disabled-webhooks";
import { recordAttempts } from "@/lib/storage/deliveries";
import {
  backlogAt,
  endpointHealthOf,
  firstDelivery,
  pendingDeliveries,
  saveEndpointHealth,
  sentSince,
} from "@/lib/storage/endpoint-health";
import type { Schema } from "@/lib/storage/schema/schema";
import { settingsOf } from "@/lib/storage/settings";

/** The stored deliveries, as the deliverer reads and records them. */
export const deliveryStore = (db: Kysely<Schema>): DeliveryStore => ({
  backlog: (nowMs) => backlogAt(db, nowMs),
  pending: (webhook, which) => pendingDeliveries(db, webhook, which),
  first: (webhook, alertId) => firstDelivery(db, webhook, alertId),
  sentSince: (webhook, sinceMs) => sentSince(db, webhook, sinceMs),
  health: (webhook) => endpointHealthOf(db, webhook),
  disabled: (webhook) => disabledWebhooks(settingsOf(db)).disabled(webhook),
  record: (lease, webhook, { attempts, health, disabled }) =>
    db.transaction().execute(async (trx) => {
      await lease.confirm(trx);
      await recordAttempts(trx, attempts);
      if (health !== null) await saveEndpointHealth(trx, webhook, health);
      if (disabled !== null) await disabledWebhooks(settingsOf(trx)).disable(disabled.webhook, disabled.as);
    }),
});
