import { type Messages, messagesFor } from "@/lib/alerts/catalogue/messages";
import type { Locale } from "@/lib/base/messages/locale";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { withoutBidi } from "@/lib/notifications/formats/inert";

/** The content of a chat message, before it is cut and escaped for its service. */
export interface ComposedText {
  readonly title: string;
  readonly summary: string;
  /** Name and value; values may be empty. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tone: MessageTone;
  /** Between a name and its value, or a title and its sentence. Chinese has its own, without a space. */
  readonly colon: string;
}

export type MessageTone = "critical" | "warning" | "good" | "quiet";

/** The event in words, with at most `labels` of its labels. */
export function composeText(event: WebhookEvent, language: Locale, labels: number): ComposedText {
  const { type, alert, atMs } = event;
  const { webhookMessage: words, labelNames } = messagesFor(language);
  const kind = words[KINDS[type]];
  const severity = words[alert.severity];
  const open = type === "alert.firing" || type === "alert.flapping";
  const title = open ? [kind, severity, alert.rule] : [kind, alert.rule];
  const facts = [
    ...incidentLines(event, words),
    ...Object.entries(alert.labels)
      .slice(0, labels)
      .map(([name, value]) => [nameIn(labelNames, name), value]),
    [words.value, alert.value === null ? words.notMeasured : String(alert.value)],
    [words.threshold, String(alert.threshold)],
    [words.since, new Date(alert.startedMs).toISOString()],
    ...(alert.resolvedMs === null ? [] : [[words.ended, new Date(alert.resolvedMs).toISOString()]]),
    ...(alert.acknowledgedBy === null ? [] : [[words.acknowledgedBy, alert.acknowledgedBy]]),
    ...(alert.inferred ? [[words.inferred, words.yes]] : []),
    ...(type === "webhook.test" ? [[words.sent, new Date(atMs).toISOString()]] : []),
  ].map(([name = "", value = ""]) => [name, value] as const);
  const tone = open ? alert.severity : type === "alert.resolved" ? "good" : "quiet";
  return plain({ title: title.join(" · "), summary: alert.summary, facts, tone, colon: words.colon });
}

const plain = (composed: ComposedText): ComposedText => mapTexts(composed, withoutBidi);

/** The same texts as one service must have them. */
export const mapTexts = (
  { title, summary, facts, ...rest }: ComposedText,
  as: (text: string) => string,
): ComposedText => ({
  ...rest,
  title: as(title),
  summary: as(summary),
  facts: facts.map(([name, value]) => [as(name), as(value)] as const),
});

/** More are counted only: chat services allow some dozens of lines. */
const INCIDENT_LINES_MAX = 10;

/** The other alerts of the incident, a numbered line each: the root first, then those that fire. */
function incidentLines(
  { alert, incident }: WebhookEvent,
  words: Messages["webhookMessage"],
): readonly (readonly [string, string])[] {
  if (incident === undefined) return [];
  const subject = JSON.stringify([alert.rule, alert.labels]);
  const others = incident.alerts.filter(({ rule, labels }) => JSON.stringify([rule, labels]) !== subject);
  const lines = others.slice(0, INCIDENT_LINES_MAX).map(({ state, severity, rule, summary }, at) => {
    const status = state === "resolved" ? words.resolved : words[severity];
    return [`${at + 1} · ${status} · ${rule}`, summary] as const;
  });
  const left = others.length - lines.length + incident.rest;
  return left > 0 && lines.length > 0 ? [...lines, [words.moreAlerts, String(left)]] : lines;
}

/** The name of a label in the reader's language; labels that operators define keep their name. */
const nameIn = (names: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(names, name) ? (names[name] ?? name) : name;

/** A digest of several events: counts, and the last state of at most `lines` alerts, the worst first. */
export function composeDigest(events: readonly WebhookEvent[], language: Locale, lines: number): ComposedText {
  const words = messagesFor(language).webhookMessage;
  const last = [...new Map(events.map((event) => [event.alert.id, event])).values()].toSorted(
    (a, b) => rankOf(a) - rankOf(b),
  );
  const counts = Object.entries(KINDS).flatMap(([type, word]) => {
    const count = last.filter((event) => event.type === type).length;
    return count === 0 ? [] : [`${words[word]} ${count}`];
  });
  const facts = last.slice(0, lines).map((event) => {
    const { title, summary } = composeText(event, language, 0);
    return [title, summary] as const;
  });
  const { colon } = words;
  const summary = `${words.changes}${colon}${events.length} · ${words.alerts}${colon}${last.length}`;
  const [worst] = last;
  const tone = worst === undefined ? "quiet" : composeText(worst, language, 0).tone;
  return { title: counts.join(" · "), summary, facts, tone, colon };
}

/** Open critical alerts first, resolved ones last. */
function rankOf({ type, alert }: WebhookEvent): number {
  const open = type === "alert.firing" || type === "alert.flapping";
  return open ? (alert.severity === "critical" ? 0 : 1) : type === "alert.resolved" ? 3 : 2;
}

/** Composes a text with room for so many labels, or lines of a digest. */
export type TextOptions = (room: number) => ComposedText;

/** A format for people: one event with its facts, or several as a digest. */
export const inLanguage = <W extends { readonly language: Locale }, R>(
  compose: (composed: TextOptions, webhook: W, atMs: number) => R,
) => ({
  write: (event: WebhookEvent, webhook: W): R =>
    compose((room) => composeText(event, webhook.language, room), webhook, event.atMs),
  writeMany: (events: readonly [WebhookEvent, ...WebhookEvent[]], webhook: W): R =>
    compose((room) => composeDigest(events, webhook.language, room), webhook, (events.at(-1) ?? events[0]).atMs),
});

const KINDS = {
  "alert.firing": "firing",
  "alert.resolved": "resolved",
  "alert.acknowledged": "acknowledged",
  "alert.flapping": "flapping",
  "webhook.test": "test",
} as const;
