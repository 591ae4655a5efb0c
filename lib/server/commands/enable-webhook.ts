import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { disabledWebhooks } from "@/lib/notifications/delivery/disabled-webhooks";
import { requireWebhook } from "@/lib/server/commands/require-webhook";
import { settingsOf } from "@/lib/storage/settings";

/** Enables a webhook that was disabled because its receiver answered 410. Deliveries that died meanwhile stay dead until they are replayed. */
export async function enableWebhook(live: Pick<Runtime, "webhooks" | "database">, id: string): Promise<void> {
  await disabledWebhooks(settingsOf(live.database.db)).enable(requireWebhook(live, id));
}
