import { z } from "zod";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { byStatus, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { fitting, type Size } from "@/lib/notifications/formats/text";
import type { Json } from "@/lib/notifications/formats/webhook";

/** Standard Webhooks recommends bodies under 20 kB. */
const BODY_BYTES_MAX = 19_999;

/** Standard Webhooks 1.0: `{ type, timestamp (ISO), data: { alert } }` with the whole alert as in the API. */
export const standard: Format<"standard"> = {
  write: (event) => formattedMessage(standardBody(event)),
  accepted: byStatus,
};

/**
 * The body in less than 20 kB of UTF-8. Texts that are too long are cut with an ellipsis, except the alert's id. Events
 * are stored in this form, from which each attempt writes the format of the webhook.
 */
export const standardBody = (event: WebhookEvent): Json => fitting(BODY_BYTES_MAX, (size) => bodyOf(event, size));

function bodyOf({ type, alert, atMs, group, incident }: WebhookEvent, { text, labels }: Size): Json {
  const entries = Object.entries(alert.labels)
    .slice(0, labels)
    .map(([name, value]) => [cut(name, text), cut(value, text)]);
  const shortened = {
    ...alert,
    labels: Object.fromEntries(entries),
    summary: cut(alert.summary, text),
    acknowledgedBy: alert.acknowledgedBy === null ? null : cut(alert.acknowledgedBy, text),
  };
  // When space is short, the lists of the other alerts are left out first.
  const others = labels === 0 ? {} : { ...(group === undefined ? {} : { group }), ...incidentPart(incident) };
  return { type, timestamp: new Date(atMs).toISOString(), data: { alert: shortened, ...others } };
}

/** Its unknown fields came from a stored body, which was JSON. */
const incidentPart = (incident: WebhookEvent["incident"]): { readonly incident?: Json } =>
  incident === undefined ? {} : { incident: z.json().parse(incident) };

/** Programs read this body, so control characters stay. Half a surrogate pair at the cut would be invalid. */
const cut = (text: string, lengthMax: number): string =>
  text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).toWellFormed()}…`;
