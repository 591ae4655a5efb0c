import "server-only";
import { request } from "undici";
import { readStart } from "@/lib/base/http/read-bounded";
import { systemCode } from "@/lib/base/http/system-code";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { buildRequest, type SignedRequest } from "@/lib/notifications/delivery/build-request";
import { sendMail } from "@/lib/notifications/delivery/mail";
import {
  BLOCKED,
  guardedAgent,
  objection,
  PRIVATE,
  type Reachable,
  type Resolve,
} from "@/lib/notifications/delivery/safe-url";
import { type AttemptAnswer, parseRetryAfter } from "@/lib/notifications/delivery/schedule";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { accepted, write, writeMany } from "@/lib/notifications/formats/registry";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** From the first packet to the status line. Standard Webhooks names 15 to 30 s; alerts behind a hanging one wait. */
const SEND_MS_MAX = 15 * SECOND;
/** Of the answer's body, which some services tell their verdict in; the rest is not read. */
const ANSWER_START = { bytesMax: 16_384, withinMs: SECOND };
/** Headers of an answer; Node's own limit, said here because it is one of ours. */
const ANSWER_HEADER_BYTES_MAX = 16_384;

export interface Sent extends AttemptAnswer {
  readonly durationMs: number;
  /** Holds no URL and no secret; null when the webhook was accepted. */
  readonly reason: Reason | null;
}

export interface SendOptions {
  readonly now: () => number;
  /** Ends the attempt from outside; it then counts as one without an answer. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** How names become addresses; the system's way where absent. */
  readonly resolve?: Resolve;
}

/** What is told in one message. */
export interface Message {
  /** The `webhook-id`, the same at every attempt. */
  readonly id: string;
  readonly event: WebhookEvent;
  /** Told in the same message, behind `event`; only of formats that can. */
  readonly more?: readonly WebhookEvent[];
  /** The `webhook-id` of the first message about this alert, where there was one before: threads hang on it. */
  readonly first?: string | null;
}

/**
 * Formats, signs and sends one message once. Redirects are not followed. Never throws: what went wrong is in `reason`.
 */
export async function send(webhook: Webhook, message: Message, options: SendOptions): Promise<Sent> {
  const atMs = options.now();
  const told = (rest: Partial<Sent>): Sent => ({
    accepted: false,
    status: null,
    retryAfterMs: null,
    blocked: false,
    forGood: null,
    reason: null,
    durationMs: Math.max(0, options.now() - atMs),
    ...rest,
  });
  const timeoutMs = options.timeoutMs ?? SEND_MS_MAX;
  const { event, more = [] } = message;
  if (webhook.format === "email") return told(await sendMail(webhook, message, { ...options, timeoutMs }));
  const blocked = objection(webhook.url, webhook);
  if (blocked !== null) return told({ blocked: true, reason: blocked });
  try {
    const written = more.length === 0 ? write(event, webhook) : writeMany([event, ...more], webhook);
    const sealed = buildRequest(webhook, written, message.id, atMs);
    const heard = await exchange(webhook, { ...sealed, method: "POST" }, timeoutMs, options);
    const verdict = accepted(webhook.format, heard);
    if (verdict.accepted) return told({ accepted: true, status: heard.status });
    const retryAfterMs = parseRetryAfter(heard.retryAfter, atMs) ?? verdict.retryAfterMs;
    return told({ status: heard.status, reason: verdict.reason, retryAfterMs });
  } catch (cause) {
    const code = systemCode(cause);
    return told(code === BLOCKED ? { blocked: true, reason: PRIVATE } : { reason: reasonFor(code, timeoutMs) });
  }
}

interface Exchange {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** What goes over the wire. */
interface Call extends Omit<SignedRequest, "body"> {
  readonly method: "GET" | "POST";
  readonly body: string | null;
}

/** One request to a checked address, within its bounds of time and bytes. Rejects when no answer came. */
export async function exchange(
  reachable: Reachable,
  { url, method, headers, body }: Call,
  timeoutMs: number,
  { signal, resolve }: Pick<SendOptions, "signal" | "resolve">,
): Promise<Exchange> {
  const agent = guardedAgent(reachable, { connectMs: timeoutMs, headerBytesMax: ANSWER_HEADER_BYTES_MAX, resolve });
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const answer = await request(url, { method, headers, body, dispatcher: agent, signal: limit });
    const retryAfter = one(answer.headers["retry-after"]);
    return { status: answer.statusCode, retryAfter, body: await readStart(answer.body, ANSWER_START) };
  } finally {
    await agent.destroy();
  }
}

const one = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

/** Why no answer came, by the code of the error. */
export function reasonFor(code: string, timeoutMs: number): Reason {
  switch (code) {
    case "TimeoutError":
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
    case "ETIMEDOUT":
      return reason("sendTimedOut", { seconds: timeoutMs / SECOND });
    case "AbortError":
    case "UND_ERR_ABORTED":
      return reason("sendStopped", {});
    case "ECONNREFUSED":
      return reason("sendConnectionRefused", {});
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return reason("sendConnectionClosed", {});
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return reason("sendNameUnresolved", {});
    default:
      return reason("sendFailed", { code: code.slice(0, CODE_LENGTH_MAX) });
  }
}

/** OpenSSL's longest codes are about 40 characters. */
const CODE_LENGTH_MAX = 60;
