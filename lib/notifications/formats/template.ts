import { byStatus, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { standardBody } from "@/lib/notifications/formats/standard";
import { cut } from "@/lib/notifications/formats/text";
import type { Json } from "@/lib/notifications/formats/webhook";

const TEXT_MAX = 2_000;
/** Filled by `seal`, as the last thing, so that neither a preview nor an alert's text can bring it out. */
export const TOKEN = "{{token}}";

const PLACEHOLDER = /\{\{\s*([^{}]{1,200}?)\s*\}\}/g;

/**
 * A body of one's own: JSON in whose texts `{{path}}` stands for a part of the standard body, such as
 * `{{data.alert.labels.client}}`. It is filled after it was parsed, so nothing in an alert can change its shape. A
 * text that is one placeholder alone becomes the value itself (a number, null, an object); what is not there is null,
 * and empty within a text.
 */
export const template: Format<"template"> = {
  write: (event, webhook) => formattedMessage(filled(webhook.template, standardBody(event))),
  accepted: byStatus,
};

function filled(shape: Json, told: Json): Json {
  if (typeof shape === "string") return filledText(shape, told);
  if (Array.isArray(shape)) return shape.map((one) => filled(one, told));
  if (typeof shape !== "object" || shape === null) return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, one]) => [name, filled(one, told)]));
}

function filledText(text: string, told: Json): Json {
  const [alone] = text.matchAll(PLACEHOLDER);
  if (alone !== undefined && alone[0] === text.trim() && alone[1] !== "token") {
    return shown(at(told, alone[1] ?? ""));
  }
  return text.replace(PLACEHOLDER, (_, path: string) => {
    if (path === "token") return TOKEN;
    const value = at(told, path);
    if (value === null) return "";
    return shownText(typeof value === "string" ? value : JSON.stringify(value));
  });
}

/** Own properties only: `{{constructor}}` is nothing. */
function at(value: Json, path: string): Json {
  return path.split(".").reduce<Json>((found, name) => {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return null;
    return Object.entries(found).find(([key]) => key === name)?.[1] ?? null;
  }, value);
}

/** An alert's texts, wherever in a value they stand: one that spells our placeholder must not be given the token. */
function shown(value: Json): Json {
  if (typeof value === "string") return shownText(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [shownText(name), shown(one)]));
}

const shownText = (text: string): string => cut(text, TEXT_MAX).replaceAll("{{", "{ {");
