import "server-only";
import { basicAuthorization, bearerAuthorization, withoutCredentials } from "@/lib/base/http/authorization";
import { signDingtalk, signFeishu, signWebhook } from "@/lib/notifications/delivery/sign";
import type { FormattedMessage } from "@/lib/notifications/formats/format";
import { TOKEN } from "@/lib/notifications/formats/template";
import type { Json, Webhook } from "@/lib/notifications/formats/webhook";

/** A complete HTTP request, signed where the format has signatures. */
export interface SignedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Adds the webhook's secrets (signatures, tokens, keys) and the time of the attempt (epoch ms) to a message. Only this
 * function has both, and nothing of it is stored. `id` is the `webhook-id`.
 */
export function buildRequest(webhook: Webhook, message: FormattedMessage, id: string, atMs: number): SignedRequest {
  const url = addressOf(webhook, message.path);
  const body = JSON.stringify(bodyOf(webhook, message.body, atMs));
  if (webhook.format === "dingtalk" && webhook.secret !== null) {
    for (const [name, value] of Object.entries(signDingtalk(webhook.secret, atMs))) url.searchParams.set(name, value);
  }
  const authorization = basicAuthorization(new URL(webhook.url));
  const headers = {
    "content-type": message.contentType,
    "user-agent": "lastbeat",
    ...(authorization === null ? {} : { authorization }),
    ...headersOf(webhook, { id, body }, atMs),
  };
  return { url, headers, body };
}

function addressOf(webhook: Webhook, path: string): URL {
  const url = withoutCredentials(new URL(webhook.url));
  const prefix = webhook.format === "telegram" ? `/bot${webhook.token}` : "";
  if (prefix + path !== "") {
    const [pathname = "", search = ""] = path.split("?");
    url.pathname = `${url.pathname.replace(/\/$/, "")}${prefix}${pathname}`;
    url.search = search;
  }
  return url;
}

function bodyOf(webhook: Webhook, body: Json, atMs: number): Json {
  switch (webhook.format) {
    case "pagerduty":
      return { routing_key: webhook.routingKey, ...fieldsOf(body) };
    case "feishu":
      return webhook.secret === null ? body : { ...signFeishu(webhook.secret, atMs), ...fieldsOf(body) };
    case "template":
      return webhook.token === null ? body : withToken(body, webhook.token);
    default:
      return body;
  }
}

const fieldsOf = (body: Json): { readonly [name: string]: Json } =>
  typeof body === "object" && body !== null && !Array.isArray(body) ? Object.fromEntries(Object.entries(body)) : {};

function withToken(value: Json, token: string): Json {
  if (typeof value === "string") return value.replaceAll(TOKEN, () => token);
  if (Array.isArray(value)) return value.map((item) => withToken(item, token));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withToken(item, token)]));
}

function headersOf(webhook: Webhook, message: { readonly id: string; readonly body: string }, atMs: number) {
  switch (webhook.format) {
    case "standard":
    case "template":
      return { ...signWebhook(message, webhook.secrets, atMs) };
    case "cloudevents":
    case "alertmanager":
    case "alertmanager-api": {
      const bearer = webhook.token === null ? {} : { authorization: bearerAuthorization(webhook.token) };
      return { ...signWebhook(message, webhook.secrets, atMs), ...bearer };
    }
    case "opsgenie":
      return { authorization: `GenieKey ${webhook.apiKey}` };
    default:
      return {};
  }
}
