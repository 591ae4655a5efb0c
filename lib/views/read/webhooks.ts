import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { standingsOf } from "@/lib/storage/lanes";
import { settingsOf } from "@/lib/storage/settings";
import type { WebhookPreview, WebhookView } from "@/lib/views/webhooks";
import type { Webhook } from "@/lib/webhooks/endpoint";
import { testEvent } from "@/lib/webhooks/event";
import { write } from "@/lib/webhooks/formats/registry";
import { HEALTHY } from "@/lib/webhooks/pace";
import { switchedOff } from "@/lib/webhooks/switched-off";

type Known = Pick<Runtime, "webhooks" | "database">;

/** The webhooks of the configuration and whether they are switched off, without anything secret. */
export async function readWebhooks({ webhooks, database }: Known): Promise<readonly WebhookView[]> {
  const { disabled } = switchedOff(settingsOf(database.db));
  const standings = await standingsOf(
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
        disabledBecause: off?.because ?? null,
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
