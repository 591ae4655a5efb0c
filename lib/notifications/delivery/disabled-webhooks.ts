import "server-only";
import { z } from "zod";
import { readReason } from "@/lib/base/messages/reason";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import type { Disabled } from "@/lib/notifications/delivery/delivery-store";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** Where settings are kept: what this needs of the storage. */
export interface DisabledStore {
  get<T>(key: string, schema: z.ZodType<T>): Promise<T | null>;
  set(key: string, value: unknown): Promise<void>;
}

const Stored = z.object({ atMs: z.number(), reason: z.unknown(), settings: z.string() }).nullable();

/**
 * Which webhooks are switched off. A mark holds for the very settings it was made under, and on all instances: a
 * webhook with another address, format or secret is another one, and is tried again.
 */
export const disabledWebhooks = (settings: DisabledStore) => ({
  async disabled(webhook: Webhook): Promise<Disabled | null> {
    const stored = await settings.get(keyOf(webhook), Stored);
    if (stored === null || stored.settings !== markOf(webhook)) return null;
    return { atMs: stored.atMs, reason: readReason(stored.reason) };
  },
  disable: (webhook: Webhook, { atMs, reason }: Disabled): Promise<void> =>
    settings.set(keyOf(webhook), { atMs, reason, settings: markOf(webhook) }),
  enable: (webhook: Webhook): Promise<void> => settings.set(keyOf(webhook), null),
});

const keyOf = (webhook: Webhook): string => `webhook.off.${webhook.id}`;

/** Short and not reversible: it stands in the database, and the settings hold secrets. */
const markOf = (webhook: Webhook): string => fingerprint(JSON.stringify(webhook));
