import { messagesFor } from "@/lib/messages/catalogue";
import type { Locale } from "@/lib/messages/locale";
import type { WebhookEvent } from "@/lib/webhooks/event";

/** What every chat message says, before it is cut and escaped for its service. */
export interface Said {
  readonly title: string;
  readonly summary: string;
  /** Name and value; values may be empty. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tone: Tone;
}

export type Tone = "critical" | "warning" | "good" | "quiet";

/** The event in words, with at most `labels` of its labels. */
export function say({ type, alert, atMs }: WebhookEvent, language: Locale, labels: number): Said {
  const words = messagesFor(language).webhookMessage;
  const kind = words[KINDS[type]];
  const severity = words[alert.severity];
  const open = type === "alert.firing" || type === "alert.flapping";
  const title = open ? [kind, severity, alert.rule] : [kind, alert.rule];
  const facts = [
    ...Object.entries(alert.labels).slice(0, labels),
    [words.value, alert.value === null ? words.notMeasured : String(alert.value)],
    [words.threshold, String(alert.threshold)],
    [words.since, new Date(alert.startedMs).toISOString()],
    ...(alert.resolvedMs === null ? [] : [[words.ended, new Date(alert.resolvedMs).toISOString()]]),
    ...(alert.acknowledgedBy === null ? [] : [[words.acknowledgedBy, alert.acknowledgedBy]]),
    ...(alert.inferred ? [[words.inferred, words.yes]] : []),
    ...(type === "webhook.test" ? [[words.sent, new Date(atMs).toISOString()]] : []),
  ].map(([name = "", value = ""]) => [name, value] as const);
  const tone = open ? alert.severity : type === "alert.resolved" ? "good" : "quiet";
  return { title: title.join(" · "), summary: alert.summary, facts, tone };
}

const KINDS = {
  "alert.firing": "firing",
  "alert.resolved": "resolved",
  "alert.acknowledged": "acknowledged",
  "alert.flapping": "flapping",
  "webhook.test": "test",
} as const;
