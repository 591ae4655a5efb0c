import "server-only";
import { createHmac } from "node:crypto";
import { SECOND } from "@/lib/base/time/duration";

const hmac = (key: string | Buffer, text: string): string => createHmac("sha256", key).update(text).digest("base64");

export interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/**
 * The headers of Standard Webhooks 1.0, scheme `v1`: HMAC-SHA256 over `id.timestamp.body` with the bytes after
 * `whsec_`, one signature per secret. `atMs` is the time of the attempt, epoch ms: receivers refuse signatures more than
 * five minutes old, so each attempt has a new signature under the same id.
 */
export function signWebhook(
  message: { readonly id: string; readonly body: string },
  secrets: readonly string[],
  atMs: number,
): SignedHeaders {
  const timestamp = String(Math.floor(atMs / SECOND));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${hmac(key, `${message.id}.${timestamp}.${message.body}`)}`;
  });
  return { "webhook-id": message.id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

/** Feishu: the key is seconds and secret, and an empty text is signed. */
export function signFeishu(secret: string, atMs: number): { readonly timestamp: string; readonly sign: string } {
  const timestamp = String(Math.floor(atMs / SECOND));
  return { timestamp, sign: hmac(`${timestamp}\n${secret}`, "") };
}

/** DingTalk: the key is the secret, and milliseconds and secret are signed. */
export function signDingtalk(secret: string, atMs: number): { readonly timestamp: string; readonly sign: string } {
  const timestamp = String(atMs);
  return { timestamp, sign: hmac(secret, `${timestamp}\n${secret}`) };
}
