import "server-only";
import { z } from "zod";
import { readReason } from "@/lib/base/messages/reason";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import type { Disabled } from "@/lib/notifications/delivery/delivery-store";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** The stored settings, as far as this needs them. */
export interface DisabledStore {
  get<T>(key: string, schema: z.ZodType<T>): Promise<T | null>;
  set(key: string, value: unknown): Promise<void>;
}

const Stored = z.object({ atMs: z.number(), reason: z.unknown(), settings: z.string() }).nullable();

/**
 * The webhooks that are disabled, on all instances. A webhook is disabled with its settings: with another address, format
 * or secret it is enabled again.
 */
export const disabledWebhooks = (settings: DisabledStore) => ({
  async disabled(webhook: Webhook): Promise<Disabled | null> {
    const stored = await settings.get(keyOf(webhook), Stored);
    if (stored === null || stored.settings !== settingsDigest(webhook)) return null;
    return { atMs: stored.atMs, reason: readReason(stored.reason) };
  },
  disable: (webhook: Webhook, { atMs, reason }: Disabled): Promise<void> =>
    settings.set(keyOf(webhook), { atMs, reason, settings: settingsDigest(webhook) }),
  enable: (webhook: Webhook): Promise<void> => settings.set(keyOf(webhook), null),
});

const keyOf = (webhook: Webhook): string => `webhook.off.${webhook.id}`;

/** Not reversible: it is stored in the database, and the settings hold secrets. */
const settingsDigest = (webhook: Webhook): string => fingerprint(JSON.stringify(webhook));
