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
 * These keep an incident for each alert's id, and put alerts together themselves: an incident opened for twenty alerts
 * would be closed by the end of one of them.
 */
const KEEPS_INCIDENTS: readonly FormatName[] = ["pagerduty", "opsgenie", "alertmanager", "alertmanager-api"];

/** Who is told, and in which language. */
interface DeliveryTarget extends Receiver {
  readonly language: Locale;
}

/** The configured webhooks as the notices see them. `group` null: alerts are never put together. */
export const receiversOf = (webhooks: readonly Webhook[], group: Grouping | null): readonly DeliveryTarget[] =>
  webhooks.map(({ id, severities, sendResolved, language, format }) => ({
    ...{ id, severities, sendResolved, language },
    group: KEEPS_INCIDENTS.includes(format) ? null : group,
  }));

/**
 * What to send for what is told at one look, in the language its webhook has at that time: a retry and a replay say the
 * same. The id of a delivery follows from what is told, so deciding twice is one.
 */
export function deliveriesFor(
  tellings: readonly Notification[],
  receivers: readonly DeliveryTarget[],
  nowMs: number,
): readonly Delivery[] {
  const languages = new Map(receivers.map(({ id, language }) => [id, language]));
  return groupNotifications(tellings, receivers).map((bundle) =>
    made(bundle, languages.get(bundle.first.webhook) ?? "en", nowMs),
  );
}

function made({ key, first, notifications }: NotificationBundle, locale: Locale, nowMs: number): Delivery {
  const { webhook, type, alert, atMs } = first;
  const said = sentenceOf(alert, locale);
  const summary = key === null ? said : together(notifications.length, key, said, locale);
  const body = standardBody({ type, alert: { ...told(first), summary }, atMs });
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

/** The alert as the API has it, with what is known of its telling. */
const told = ({ alert: { facts, ...alert }, acknowledgement, reason }: Notification) => ({
  ...alert,
  phase: phaseOf({ facts }),
  resolution: resolutionOf({ ...alert, facts }),
  acknowledgedUntilMs: acknowledgement?.untilMs ?? null,
  acknowledgedComment: acknowledgement?.comment ?? null,
  repeat: reason === "repeat",
});

/** With the worst alert beside it, a body of this many stays under the 20 kB of Standard Webhooks. */
const LISTED_MAX = 20;
/** Of UTF-8: a Chinese character is three. */
const LISTED_BYTES_MAX = 9_000;

interface Listed {
  readonly count: number;
  readonly alerts: readonly Pick<Alert, "id" | "rule" | "severity" | "state" | "labels" | "startedMs" | "summary">[];
  /** How many are not listed. */
  readonly rest: number;
}

function listed(tellings: readonly Notification[], locale: Locale): Listed {
  const alerts: Listed["alerts"][number][] = [];
  let size = 0;
  for (const { alert } of tellings.slice(0, LISTED_MAX)) {
    const { id, rule, severity, state, labels, startedMs } = alert;
    const one = { id, rule, severity, state, labels, startedMs, summary: sentenceOf(alert, locale) };
    size += bytes(JSON.stringify(one));
    if (size > LISTED_BYTES_MAX) break;
    alerts.push(one);
  }
  return { count: tellings.length, alerts, rest: tellings.length - alerts.length };
}

function withGroup(body: ReturnType<typeof standardBody>, group: Listed & { readonly key: string }): unknown {
  if (typeof body !== "object" || body === null || !("data" in body)) return body;
  return { ...body, data: { ...Object(body.data), group } };
}
