import { byStatus, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { standardBody } from "@/lib/notifications/formats/standard";
import { cut } from "@/lib/notifications/formats/text";
import type { Json } from "@/lib/notifications/formats/webhook";

const TEXT_MAX = 2_000;
/** `buildRequest` fills it last, so that neither a preview nor the text of an alert can reveal the token. */
export const TOKEN = "{{token}}";

const PLACEHOLDER = /\{\{([^{}]{1,200})\}\}/g;

/**
 * A custom body: JSON in whose texts `{{path}}` stands for a part of the standard body, such as
 * `{{data.alert.labels.client}}`. Placeholders are filled after parsing, so nothing in an alert can change the shape. A
 * text that consists of one placeholder becomes the value itself (a number, null, an object). A missing value is null,
 * or empty within a longer text.
 */
export const template: Format<"template"> = {
  write: (event, webhook) => formattedMessage(filled(webhook.template, standardBody(event))),
  accepted: byStatus,
};

function filled(shape: Json, body: Json): Json {
  if (typeof shape === "string") return filledText(shape, body);
  if (Array.isArray(shape)) return shape.map((item) => filled(item, body));
  if (typeof shape !== "object" || shape === null) return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, item]) => [name, filled(item, body)]));
}

function filledText(text: string, body: Json): Json {
  const [single] = text.matchAll(PLACEHOLDER);
  const path = single?.[1]?.trim() ?? "";
  if (single !== undefined && single[0] === text.trim() && path !== "token") {
    return safeValue(valueAt(body, path));
  }
  return text.replace(PLACEHOLDER, (_, inner: string) => {
    const path = inner.trim();
    if (path === "token") return TOKEN;
    const value = valueAt(body, path);
    if (value === null) return "";
    return safeText(typeof value === "string" ? value : JSON.stringify(value));
  });
}

/** Own properties only: `{{constructor}}` is null. */
function valueAt(value: Json, path: string): Json {
  return path.split(".").reduce<Json>((current, name) => {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, name)) return null;
    return Object.entries(current).find(([key]) => key === name)?.[1] ?? null;
  }, value);
}

/** A value of the alert without placeholders in its texts: a text that spells `{{token}}` must not get the token. */
function safeValue(value: Json): Json {
  if (typeof value === "string") return safeText(value);
  if (Array.isArray(value)) return value.map(safeValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [safeText(name), safeValue(item)]));
}

const safeText = (text: string): string => cut(text, TEXT_MAX).replaceAll("{{", "{ {");
