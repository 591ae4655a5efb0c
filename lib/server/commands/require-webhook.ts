import "server-only";
import { Refused } from "@/lib/base/errors/refused";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** The configured webhook of that id; refuses with 404 when there is none. */
export function requireWebhook(live: { readonly webhooks: readonly Webhook[] }, id: string): Webhook {
  const webhook = live.webhooks.find((one) => one.id === id);
  if (webhook === undefined) throw new Refused(404, "Not found", "no webhook of that id is configured");
  return webhook;
}
