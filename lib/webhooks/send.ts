import "server-only";
import { request } from "undici";
import { SECOND } from "@/lib/time/duration";
import type { Webhook } from "@/lib/webhooks/endpoint";
import { BLOCKED, guardedAgent, objection, PRIVATE } from "@/lib/webhooks/safe-url";
import { type Answer, parseRetryAfter } from "@/lib/webhooks/schedule";
import { sign } from "@/lib/webhooks/sign";

/** From the first packet to the status line. Standard Webhooks names 15 to 30 s; alerts behind a hanging one wait. */
const SEND_MS_MAX = 15 * SECOND;
/** The answer's body is read to end the exchange politely, and thrown away. */
const ANSWER_BYTES_MAX = 16_384;
const ANSWER_MS_MAX = SECOND;

export interface Sent extends Answer {
  readonly durationMs: number;
  /** One sentence without URL or secret; null when the webhook was accepted. */
  readonly error: string | null;
}

export interface SendOptions {
  readonly now: () => number;
  /** Ends the attempt from outside; it then counts as one without an answer. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Signs and posts one message once. `id` is the `webhook-id`, the same at every attempt. Redirects are not followed.
 * Never throws: what went wrong is in `error`.
 */
export async function send(
  webhook: Webhook,
  message: { readonly id: string; readonly body: string },
  options: SendOptions,
): Promise<Sent> {
  const atMs = options.now();
  const timeoutMs = options.timeoutMs ?? SEND_MS_MAX;
  const told = (rest: Partial<Sent>): Sent => ({
    status: null,
    retryAfterMs: null,
    blocked: false,
    error: null,
    durationMs: Math.max(0, options.now() - atMs),
    ...rest,
  });
  const because = objection(webhook.url, webhook);
  if (because !== null) return told({ blocked: true, error: because });
  const agent = guardedAgent(webhook, timeoutMs);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const { statusCode, headers, body } = await request(urlOf(webhook), {
      method: "POST",
      headers: headersOf(webhook, message, atMs),
      body: message.body,
      dispatcher: agent,
      signal,
    });
    const answered = told({ status: statusCode, error: complaint(statusCode) });
    await body.dump({ limit: ANSWER_BYTES_MAX, signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => undefined);
    return { ...answered, retryAfterMs: parseRetryAfter(one(headers["retry-after"]), atMs) };
  } catch (cause) {
    const code = codeOf(cause);
    return told(code === BLOCKED ? { blocked: true, error: PRIVATE } : { error: sentenceFor(code, timeoutMs) });
  } finally {
    await agent.destroy();
  }
}

function headersOf(webhook: Webhook, message: { readonly id: string; readonly body: string }, atMs: number) {
  const { username, password } = new URL(webhook.url);
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    "content-type": "application/json",
    "user-agent": "lastbeat",
    ...(login === ":" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
    ...sign(message, webhook.secret, atMs),
  };
}

function urlOf(webhook: Webhook): URL {
  const url = new URL(webhook.url);
  url.username = "";
  url.password = "";
  return url;
}

const one = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

function complaint(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `answered ${status}: redirects are not followed`;
  return `answered ${status}`;
}

/** Errors are told by their code alone: their messages quote URLs, and a webhook's URL is often its secret. */
function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "unknown";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  // Several addresses tried: the first one's failure stands for all.
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  if ("name" in cause && typeof cause.name === "string") return cause.name;
  return "unknown";
}

function sentenceFor(code: string, timeoutMs: number): string {
  switch (code) {
    case "TimeoutError":
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
    case "ETIMEDOUT":
      return `no answer within ${timeoutMs / SECOND} s`;
    case "AbortError":
    case "UND_ERR_ABORTED":
      return "stopped before an answer came";
    case "ECONNREFUSED":
      return "the connection was refused";
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "the connection was closed before an answer came";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the name could not be resolved";
    default:
      return `could not be sent (${code.slice(0, CODE_LENGTH_MAX)})`;
  }
}

/** OpenSSL's longest codes are about 40 characters. */
const CODE_LENGTH_MAX = 60;
