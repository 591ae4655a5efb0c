import type { Alert } from "@/lib/alerts/model/alert";
import { phaseOf, resolutionOf } from "@/lib/alerts/model/resolution";
import { sentenceOf, together } from "@/lib/alerts/text/summary";
import type { Locale } from "@/lib/base/messages/locale";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import { groupNotifications, type NotificationBundle } from "@/lib/notifications/decide/group";
import type { Grouping, Notification, Receiver } from "@/lib/notifications/decide/notification";
import { standardBody } from "@/lib/notifications/formats/standard";
import { bytes } from "@/lib/notifications/formats/text";
import type { FormatName, Webhook } from "@/lib/notifications/formats/webhook";
import type { Delivery } from "@/lib/storage/deliveries";

/**
 * These receivers open an incident for each alert's id and group alerts themselves: an incident opened for twenty alerts
 * would be closed by the end of one of them.
 */
const INCIDENT_FORMATS: readonly FormatName[] = ["pagerduty", "opsgenie", "alertmanager", "alertmanager-api"];

/** A receiver and its language. */
interface DeliveryTarget extends Receiver {
  readonly language: Locale;
}

/** The configured webhooks as receivers. `group` null: alerts are never grouped. */
export const receiversOf = (webhooks: readonly Webhook[], group: Grouping | null): readonly DeliveryTarget[] =>
  webhooks.map(({ id, severities, sendResolved, language, format }) => ({
    id,
    severities,
    sendResolved,
    language,
    group: INCIDENT_FORMATS.includes(format) ? null : group,
  }));

/**
 * The deliveries for the notifications of one evaluation, in the current language of each webhook: a retry and a replay
 * have the same text. The id of a delivery is derived from its content, so that deciding twice gives one delivery.
 */
export function deliveriesFor(
  notifications: readonly Notification[],
  receivers: readonly DeliveryTarget[],
  nowMs: number,
): readonly Delivery[] {
  const languages = new Map(receivers.map(({ id, language }) => [id, language]));
  return groupNotifications(notifications, receivers).map((bundle) =>
    deliveryOf(bundle, languages.get(bundle.first.webhook) ?? "en", nowMs),
  );
}

function deliveryOf({ key, first, notifications }: NotificationBundle, locale: Locale, nowMs: number): Delivery {
  const { webhook, type, alert, atMs } = first;
  const sentence = sentenceOf(alert, locale);
  const summary = key === null ? sentence : together(notifications.length, key, sentence, locale);
  const body = standardBody({ type, alert: { ...notifiedAlert(first), summary }, atMs });
  return {
    id: `msg_${fingerprint(webhook, alert.id, type, alert.severity, String(atMs))}`,
    webhook,
    alertId: alert.id,
    event: type,
    body: JSON.stringify(key === null ? body : withGroup(body, { key, ...listed(notifications, locale) })),
    summary,
    state: "queued",
    createdMs: nowMs,
    nextAttemptMs: nowMs,
  };
}

/** The alert as in the API, with the state of its notification. */
const notifiedAlert = ({ alert: { facts, ...alert }, acknowledgement, reason }: Notification) => ({
  ...alert,
  phase: phaseOf({ facts }),
  resolution: resolutionOf({ ...alert, facts }),
  acknowledgedUntilMs: acknowledgement?.untilMs ?? null,
  acknowledgedComment: acknowledgement?.comment ?? null,
  repeat: reason === "repeat",
});

/** With the worst alert beside them, a body that lists this many stays under the 20 kB of Standard Webhooks. */
const LISTED_MAX = 20;
/** In UTF-8, where a Chinese character has three bytes. */
const LISTED_BYTES_MAX = 9_000;

interface Listed {
  readonly count: number;
  readonly alerts: readonly Pick<Alert, "id" | "rule" | "severity" | "state" | "labels" | "startedMs" | "summary">[];
  /** How many are not listed. */
  readonly rest: number;
}

function listed(notifications: readonly Notification[], locale: Locale): Listed {
  const alerts: Listed["alerts"][number][] = [];
  let size = 0;
  for (const { alert } of notifications.slice(0, LISTED_MAX)) {
    const { id, rule, severity, state, labels, startedMs } = alert;
    const listedAlert = { id, rule, severity, state, labels, startedMs, summary: sentenceOf(alert, locale) };
    size += bytes(JSON.stringify(listedAlert));
    if (size > LISTED_BYTES_MAX) break;
    alerts.push(listedAlert);
  }
  return { count: notifications.length, alerts, rest: notifications.length - alerts.length };
}

function withGroup(body: ReturnType<typeof standardBody>, group: Listed & { readonly key: string }): unknown {
  if (typeof body !== "object" || body === null || !("data" in body)) return body;
  return { ...body, data: { ...Object(body.data), group } };
}
