import "server-only";
import { createHmac } from "node:crypto";
import { SECOND } from "@/lib/time/duration";

export interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/**
 * The headers of Standard Webhooks 1.0, scheme `v1`: HMAC-SHA256 over `id.timestamp.body` with the bytes behind
 * `whsec_`. `atMs` is the attempt's time in epoch ms: receivers refuse signatures more than five minutes old, so each
 * attempt is signed anew, while the id stays the same.
 */
export function sign(
  message: { readonly id: string; readonly body: string },
  secret: string,
  atMs: number,
): SignedHeaders {
  const timestamp = String(Math.floor(atMs / SECOND));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${message.id}.${timestamp}.${message.body}`).digest("base64");
  return { "webhook-id": message.id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
