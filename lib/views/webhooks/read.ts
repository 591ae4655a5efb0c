import "server-only";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { Runtime } from "@/lib/collector/runtime";
import { disabledWebhooks } from "@/lib/notifications/delivery/disabled-webhooks";
import { HEALTHY } from "@/lib/notifications/delivery/endpoint-health";
import { testEvent } from "@/lib/notifications/formats/event";
import { write } from "@/lib/notifications/formats/registry";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import { endpointHealths } from "@/lib/storage/endpoint-health";
import { settingsOf } from "@/lib/storage/settings";
import type { WebhookPreview, WebhookView } from "@/lib/views/webhooks/schema";

type WebhooksContext = Pick<Runtime, "webhooks" | "database">;

/** The configured webhooks with their state, without secrets. */
export async function readWebhooks({ webhooks, database }: WebhooksContext): Promise<readonly WebhookView[]> {
  const { disabled } = disabledWebhooks(settingsOf(database.db));
  const healths = await endpointHealths(
    database.db,
    webhooks.map(({ id }) => id),
  );
  return Promise.all(
    webhooks.map(async (webhook, index) => {
      const disabling = await disabled(webhook);
      const { waiting, dead, failingSinceMs, restUntilMs } = healths[index] ?? NO_DELIVERIES;
      return {
        id: webhook.id,
        format: webhook.format,
        host: new URL(webhook.url).host,
        secrets: "secrets" in webhook ? webhook.secrets.length : 0,
        severities: [...webhook.severities],
        sendResolved: webhook.sendResolved,
        allowPrivate: webhook.allowPrivate,
        language: webhook.language,
        state: disabling === null ? "active" : "disabled",
        disabledMs: disabling?.atMs ?? null,
        disabledBecause: renderReasonOrNull(disabling?.reason ?? null),
        disabledReason: disabling?.reason ?? null,
        waiting,
        dead,
        failingSinceMs,
        nextTryMs: failingSinceMs === null ? null : restUntilMs,
      } as const;
    }),
  );
}

const NO_DELIVERIES = { ...HEALTHY, waiting: 0, dead: 0 };

/** The request that a test would send. It has no secrets: they are added when a request is signed. */
export function previewOf(webhook: Webhook, nowMs: number): WebhookPreview {
  const { contentType, body } = write(testEvent(webhook, nowMs), webhook);
  const text = JSON.stringify(body);
  return { format: webhook.format, contentType, body: JSON.parse(text), bytes: new TextEncoder().encode(text).length };
}
