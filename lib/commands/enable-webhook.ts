import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { webhookOf } from "@/lib/commands/webhook-of";
import { settingsOf } from "@/lib/storage/settings";
import { switchedOff } from "@/lib/webhooks/switched-off";

/** Switches a webhook on again whose receiver had answered 410. What died meanwhile is dead until it is replayed. */
export async function enableWebhook(live: Pick<Runtime, "webhooks" | "database">, id: string): Promise<void> {
  await switchedOff(settingsOf(live.database.db)).enable(webhookOf(live, id));
}
