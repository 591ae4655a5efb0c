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

type Known = Pick<Runtime, "webhooks" | "database">;

/** The webhooks of the configuration and whether they are switched off, without anything secret. */
export async function readWebhooks({ webhooks, database }: Known): Promise<readonly WebhookView[]> {
  const { disabled } = disabledWebhooks(settingsOf(database.db));
  const standings = await endpointHealths(
    database.db,
    webhooks.map(({ id }) => id),
  );
  return Promise.all(
    webhooks.map(async (webhook, at) => {
      const off = await disabled(webhook);
      const { waiting, dead, failingSinceMs, restUntilMs } = standings[at] ?? NOTHING;
      return {
        id: webhook.id,
        format: webhook.format,
        host: new URL(webhook.url).host,
        secrets: "secrets" in webhook ? webhook.secrets.length : 0,
        severities: [...webhook.severities],
        sendResolved: webhook.sendResolved,
        allowPrivate: webhook.allowPrivate,
        language: webhook.language,
        state: off === null ? "active" : "disabled",
        disabledMs: off?.atMs ?? null,
        disabledBecause: renderReasonOrNull(off?.reason ?? null),
        disabledReason: off?.reason ?? null,
        waiting,
        dead,
        failingSinceMs,
        nextTryMs: failingSinceMs === null ? null : restUntilMs,
      } as const;
    }),
  );
}

const NOTHING = { ...HEALTHY, waiting: 0, dead: 0 };

/** What a test would send. A format knows no secrets: they are put in when a message is sealed. */
export function previewOf(webhook: Webhook, nowMs: number): WebhookPreview {
  const { contentType, body } = write(testEvent(webhook, nowMs), webhook);
  const text = JSON.stringify(body);
  return { format: webhook.format, contentType, body: JSON.parse(text), bytes: new TextEncoder().encode(text).length };
}
