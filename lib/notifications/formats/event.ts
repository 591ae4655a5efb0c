import { z } from "zod";
import { messagesFor } from "@/lib/alerts/catalogue/messages";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Json, Webhook } from "@/lib/notifications/formats/webhook";

const EVENT_TYPES = ["alert.firing", "alert.resolved", "alert.acknowledged", "alert.flapping", "webhook.test"] as const;

/** The part of an alert that formats use. */
type EventAlert = Pick<
  Alert,
  | "id"
  | "rule"
  | "severity"
  | "labels"
  | "value"
  | "threshold"
  | "startedMs"
  | "resolvedMs"
  | "summary"
  | "inferred"
  | "acknowledgedBy"
> &
  Partial<Pick<Alert, "incident">> & { readonly subject?: string | null };

/** One alert of the incident. */
const IncidentAlert = z.looseObject({
  id: z.string(),
  rule: z.string(),
  severity: z.enum(["warning", "critical"]),
  state: z.enum(["pending", "firing", "resolved"]),
  labels: z.record(z.string(), z.string()),
  summary: z.string(),
});
const EventIncident = z.looseObject({
  id: z.string(),
  count: z.number(),
  alerts: z.array(IncidentAlert),
  rest: z.number(),
});
type EventIncident = z.infer<typeof EventIncident>;

/** The content of one notification. Times are epoch ms. */
export interface WebhookEvent {
  readonly type: (typeof EVENT_TYPES)[number];
  readonly alert: EventAlert;
  readonly atMs: number;
  /** The alerts of a grouped notification, whose worst one is `alert`. Sent as stored. */
  readonly group?: Json;
  /** The incident of the alert, with its alerts: the root first. */
  readonly incident?: EventIncident;
}

const Stored = z.object({
  type: z.enum(EVENT_TYPES),
  timestamp: z.iso.datetime(),
  data: z.object({
    // Further fields are sent as stored.
    alert: z.looseObject({
      id: z.string(),
      rule: z.string(),
      severity: z.enum(["warning", "critical"]),
      labels: z.record(z.string(), z.string()),
      value: z.number().nullable(),
      threshold: z.number(),
      startedMs: z.number(),
      resolvedMs: z.number().nullable(),
      summary: z.string(),
      inferred: z.boolean(),
      acknowledgedBy: z.string().nullable(),
      incident: z.string().nullable().exactOptional(),
      subject: z.string().nullable().exactOptional(),
    }),
    group: z.json().optional(),
    // A list that this version does not understand is left out: the alert itself is the message.
    incident: EventIncident.optional().catch(undefined),
  }),
});

/** Parses an event from its stored standard body; null when the text is not one. */
export function readEvent(body: string): WebhookEvent | null {
  const read = Stored.safeParse(parsed(body));
  if (!read.success) return null;
  const { type, timestamp, data } = read.data;
  const group = data.group === undefined ? {} : { group: data.group };
  const incident = data.incident === undefined ? {} : { incident: data.incident };
  return { type, atMs: Date.parse(timestamp), alert: data.alert, ...group, ...incident };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The event of test messages and previews: an invented alert, marked as a test. */
export const testEvent = ({ id, language }: Pick<Webhook, "id" | "language">, atMs: number): WebhookEvent => ({
  type: "webhook.test",
  atMs,
  alert: {
    id: `webhook-test-${id}`,
    rule: "webhook-test",
    severity: "warning",
    labels: { broker: "example", client: "example-client" },
    value: 41,
    threshold: 30,
    startedMs: atMs,
    resolvedMs: null,
    summary: messagesFor(language).webhookMessage.testSentence,
    inferred: false,
    acknowledgedBy: null,
  },
});
