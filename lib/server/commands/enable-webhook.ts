import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { disabledWebhooks } from "@/lib/notifications/delivery/disabled-webhooks";
import { requireWebhook } from "@/lib/server/commands/require-webhook";
import { settingsOf } from "@/lib/storage/settings";

/** Switches a webhook on again whose receiver had answered 410. What died meanwhile is dead until it is replayed. */
export async function enableWebhook(live: Pick<Runtime, "webhooks" | "database">, id: string): Promise<void> {
  await disabledWebhooks(settingsOf(live.database.db)).enable(requireWebhook(live, id));
}
