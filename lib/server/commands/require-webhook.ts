import "server-only";
import { Refused } from "@/lib/base/errors/refused";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** The configured webhook of that id. Refuses with 404 if there is none. */
export function requireWebhook(live: { readonly webhooks: readonly Webhook[] }, id: string): Webhook {
  const webhook = live.webhooks.find((candidate) => candidate.id === id);
  if (webhook === undefined) throw new Refused(404, "Not found", "no webhook of that id is configured");
  return webhook;
}
