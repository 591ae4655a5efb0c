import "server-only";
import { systemCode } from "@/lib/base/http/system-code";
import { SECOND } from "@/lib/base/time/duration";
import type { OutgoingMessage, SendOptions, SendResult } from "@/lib/notifications/delivery/attempt";
import { buildRequest } from "@/lib/notifications/delivery/build-request";
import { exchange, reasonFor } from "@/lib/notifications/delivery/exchange";
import { sendMail } from "@/lib/notifications/delivery/mail";
import { parseRetryAfter } from "@/lib/notifications/delivery/retry-schedule";
import { BLOCKED, PRIVATE_ADDRESS, type Resolve, urlObjection } from "@/lib/notifications/delivery/safe-url";
import { accepted, write, writeMany } from "@/lib/notifications/formats/registry";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** From the first packet to the status line. Standard Webhooks names 15 to 30 s; alerts behind a hanging one wait. */
const SEND_MS_MAX = 15 * SECOND;

interface ResolvingOptions extends SendOptions {
  /** Resolves host names; the system's resolver where absent. */
  readonly resolve?: Resolve;
}

/** Formats, signs and sends one message once. Redirects are not followed. Never throws: `reason` says what went wrong. */
export async function send(webhook: Webhook, message: OutgoingMessage, options: ResolvingOptions): Promise<SendResult> {
  const atMs = options.now();
  const resultOf = (known: Partial<SendResult>): SendResult => ({
    accepted: false,
    status: null,
    retryAfterMs: null,
    blocked: false,
    forGood: null,
    reason: null,
    durationMs: Math.max(0, options.now() - atMs),
    ...known,
  });
  const timeoutMs = options.timeoutMs ?? SEND_MS_MAX;
  const { event, more = [] } = message;
  if (webhook.format === "email") return resultOf(await sendMail(webhook, message, { ...options, timeoutMs }));
  const blocked = urlObjection(webhook.url, webhook);
  if (blocked !== null) return resultOf({ blocked: true, reason: blocked });
  try {
    const formatted = more.length === 0 ? write(event, webhook) : writeMany([event, ...more], webhook);
    const request = buildRequest(webhook, formatted, message.id, atMs);
    const answer = await exchange(webhook, { ...request, method: "POST" }, timeoutMs, options);
    const verdict = accepted(webhook.format, answer);
    if (verdict.accepted) return resultOf({ accepted: true, status: answer.status });
    const retryAfterMs = parseRetryAfter(answer.retryAfter, atMs) ?? verdict.retryAfterMs;
    return resultOf({ status: answer.status, reason: verdict.reason, retryAfterMs });
  } catch (cause) {
    const code = systemCode(cause);
    return resultOf(
      code === BLOCKED ? { blocked: true, reason: PRIVATE_ADDRESS } : { reason: reasonFor(code, timeoutMs) },
    );
  }
}
