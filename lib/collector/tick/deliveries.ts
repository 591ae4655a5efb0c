import type { Alert } from "@/lib/alerts/model/alert";
import { phaseOf, resolutionOf } from "@/lib/alerts/model/resolution";
import { flappingSentence, more, sentenceOf, shownSubject, together } from "@/lib/alerts/text/summary";
import type { Locale } from "@/lib/base/messages/locale";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import { groupNotifications, type NotificationBundle } from "@/lib/notifications/decide/group";
import type { Grouping, Notification, NotifiedAlerts, Receiver } from "@/lib/notifications/decide/notification";
import { standardBody } from "@/lib/notifications/formats/standard";
import { bytes } from "@/lib/notifications/formats/text";
import type { FormatName, Webhook } from "@/lib/notifications/formats/webhook";
import type { Delivery } from "@/lib/storage/deliveries";

/** Programs: they get each alert, with its incident beside it. All others get one message for each incident. */
const ALERT_FORMATS: readonly FormatName[] = [
  "standard",
  "cloudevents",
  "template",
  "alertmanager",
  "alertmanager-api",
];
/**
 * These receivers have an incident of their own for each of ours, which ends only when they are notified of its end. They
 * group by themselves: an incident opened for twenty alerts would be closed by the end of one of them.
 */
const KEYED_FORMATS: readonly FormatName[] = ["pagerduty", "opsgenie"];
const UNGROUPED_FORMATS: readonly FormatName[] = [...KEYED_FORMATS, "alertmanager", "alertmanager-api"];

/** A receiver and its language. */
interface DeliveryTarget extends Receiver {
  readonly language: Locale;
}

/** A configured webhook as a receiver. */
interface ConfiguredReceiver extends DeliveryTarget {
  /** Whether it is notified of incidents instead of alerts. */
  readonly perIncident: boolean;
  readonly closesMerged: boolean;
}

/** The configured webhooks as receivers. `group` null: alerts are never grouped. */
export const receiversOf = (webhooks: readonly Webhook[], group: Grouping | null): readonly ConfiguredReceiver[] =>
  webhooks.map(({ id, severities, sendResolved, language, format }) => ({
    id,
    severities,
    sendResolved,
    language,
    group: UNGROUPED_FORMATS.includes(format) ? null : group,
    perIncident: !ALERT_FORMATS.includes(format),
    closesMerged: KEYED_FORMATS.includes(format),
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
  const sentence = sentenceAbout(first, locale);
  const summary = key === null ? sentence : together(notifications.length, key, sentence, locale);
  const body = standardBody({ type, alert: { ...notifiedAlert(first), summary }, atMs });
  const incident = incidentPart(first.incident, { isListed: key === null, locale });
  const group = key === null ? {} : { group: { key, ...groupPart(notifications, locale) } };
  return {
    id: `msg_${fingerprint(webhook, alert.id, type, alert.severity, String(atMs))}`,
    webhook,
    alertId: alert.id,
    event: type,
    body: JSON.stringify(withParts(body, { ...group, ...incident })),
    summary,
    state: "queued",
    createdMs: nowMs,
    nextAttemptMs: nowMs,
  };
}

/** The sentence of the alert. That of a whole incident counts the others, and that of one that flaps says what it is now. */
function sentenceAbout({ alert, type, incident, isWhole }: Notification, locale: Locale): string {
  const sentence = sentenceOf(alert, locale);
  const others = isWhole ? (incident?.count ?? 1) - 1 : 0;
  const counted = others > 0 ? more(others, sentence, locale) : sentence;
  return type === "alert.flapping" ? flappingSentence(alert.state === "firing", counted, locale) : counted;
}

/** The alert as in the API, with the state of its notification. */
const notifiedAlert = ({ alert: { facts, ...alert }, acknowledgement, reason }: Notification) => ({
  ...alert,
  subject: shownSubject({ labels: alert.labels, facts }),
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

const groupPart = (notifications: readonly Notification[], locale: Locale): Listed =>
  listed(
    notifications.map(({ alert }) => alert),
    notifications.length,
    locale,
  );

function listed(all: readonly Alert[], count: number, locale: Locale): Listed {
  const alerts: Listed["alerts"][number][] = [];
  let size = 0;
  for (const alert of all.slice(0, LISTED_MAX)) {
    const { id, rule, severity, state, labels, startedMs } = alert;
    const listedAlert = { id, rule, severity, state, labels, startedMs, summary: sentenceOf(alert, locale) };
    size += bytes(JSON.stringify(listedAlert));
    if (size > LISTED_BYTES_MAX) break;
    alerts.push(listedAlert);
  }
  return { count, alerts, rest: Math.max(0, count - alerts.length) };
}

/** The incident of the alert with its other alerts, the root first. Beside a group only the incident itself. */
function incidentPart(incident: NotifiedAlerts | null, { isListed, locale }: { isListed: boolean; locale: Locale }) {
  if (incident === null) return {};
  const { id, rootId, severity, startedMs, resolvedMs, count, alerts } = incident;
  return {
    incident: { id, root: rootId, severity, startedMs, resolvedMs, ...listed(isListed ? alerts : [], count, locale) },
  };
}

function withParts(body: ReturnType<typeof standardBody>, parts: object): unknown {
  if (typeof body !== "object" || body === null || !("data" in body)) return body;
  return { ...body, data: { ...Object(body.data), ...parts } };
}
