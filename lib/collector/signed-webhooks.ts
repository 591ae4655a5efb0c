import "server-only";
import { createHmac } from "node:crypto";
import { z } from "zod";
import type { FileConfig } from "@/lib/config/schema";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import type { Database } from "@/lib/storage/database";
import { getSetting, setSetting } from "@/lib/storage/settings";

type FileWebhook = FileConfig["webhooks"][number];
type Signable = Extract<FileWebhook, { readonly secret: readonly string[] }>;

/**
 * The webhooks of the configuration. A signed webhook without a secret gets one that is derived from ours, and is printed
 * once so that its receiver can verify signatures.
 */
export async function signedWebhooks(
  webhooks: readonly FileWebhook[],
  secret: string,
  database: Database,
): Promise<Webhook[]> {
  const all: Webhook[] = [];
  for (const webhook of webhooks) {
    if (!isSignable(webhook)) {
      all.push(webhook);
      continue;
    }
    const { secret: given, ...rest } = webhook;
    const derived = `whsec_${createHmac("sha256", secret).update(`webhook.${webhook.id}`).digest("base64")}`;
    all.push({ ...rest, secrets: given.length > 0 ? given : [derived] });
    if (given.length === 0) await printOnce(webhook.id, derived, database);
  }
  return all;
}

const isSignable = (webhook: FileWebhook): webhook is Signable =>
  "secret" in webhook && typeof webhook.secret === "object" && webhook.secret !== null;

async function printOnce(id: string, secret: string, { db }: Database): Promise<void> {
  const key = `webhook.told.${id}`;
  if ((await getSetting(db, key, z.boolean())) === true) return;
  await setSetting(db, key, true);
  process.stdout.write(`\n  Webhook "${id}" is signed with this secret; it is shown only this once:  ${secret}\n\n`);
}
