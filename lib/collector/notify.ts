import type { Alert } from "@/lib/alerts/rule";
import { type Bundle, bundled } from "@/lib/notices/group";
import type { Grouping, Listener, Telling } from "@/lib/notices/notice";
import { fingerprint } from "@/lib/signals/fingerprint";
import type { Delivery } from "@/lib/storage/deliveries";
import type { FormatName, Webhook } from "@/lib/webhooks/endpoint";
import { standardBody } from "@/lib/webhooks/formats/standard";

/**
 * These keep an incident for each alert's id, and put alerts together themselves: an incident opened for twenty alerts
 * would be closed by the end of one of them.
 */
const KEEPS_INCIDENTS: readonly FormatName[] = ["pagerduty", "opsgenie", "alertmanager", "alertmanager-api"];

/** The configured webhooks as the notices see them. `group` null: alerts are never put together. */
export const listenersOf = (webhooks: readonly Webhook[], group: Grouping | null): readonly Listener[] =>
  webhooks.map(({ id, severities, sendResolved, format }) => ({
    id,
    severities,
    sendResolved,
    group: KEEPS_INCIDENTS.includes(format) ? null : group,
  }));

/** What to send for what is told at one look. The id of a delivery follows from it, so deciding twice is one. */
export const deliveriesFor = (
  tellings: readonly Telling[],
  listeners: readonly Listener[],
  nowMs: number,
): readonly Delivery[] => bundled(tellings, listeners).map((bundle) => made(bundle, nowMs));

function made({ key, first, tellings }: Bundle, nowMs: number): Delivery {
  const { webhook, type, alert, atMs } = first;
  const summary = key === null ? alert.summary : groupSummary(key, first, tellings.length);
  const body = standardBody({ type, alert: { ...told(first), summary }, atMs });
  return {
    id: `msg_${fingerprint(webhook, alert.id, type, alert.severity, String(atMs))}`,
    webhook,
    alertId: alert.id,
    event: type,
    body: JSON.stringify(key === null ? body : withGroup(body, { key, ...listed(tellings) })),
    summary,
    state: "queued",
    createdMs: nowMs,
    nextAttemptMs: nowMs,
  };
}

/** The alert as the API has it, with what is known of its telling. */
const told = ({ alert, acknowledgement, because }: Telling) => ({
  ...alert,
  acknowledgedUntilMs: acknowledgement?.untilMs ?? null,
  acknowledgedComment: acknowledgement?.comment ?? null,
  repeat: because === "repeat",
});

const groupSummary = (key: string, { alert }: Telling, count: number): string =>
  `${count} alerts at once (${key}), such as: ${alert.summary}`;

/** With the worst alert beside it, a body of this many stays under the 20 kB of Standard Webhooks. */
const LISTED_MAX = 20;
const LISTED_LENGTH_MAX = 9_000;

interface Listed {
  readonly count: number;
  readonly alerts: readonly Pick<Alert, "id" | "rule" | "severity" | "state" | "labels" | "startedMs" | "summary">[];
  /** How many are not listed. */
  readonly rest: number;
}

function listed(tellings: readonly Telling[]): Listed {
  const alerts: Listed["alerts"][number][] = [];
  let length = 0;
  for (const { alert } of tellings.slice(0, LISTED_MAX)) {
    const { id, rule, severity, state, labels, startedMs, summary } = alert;
    const one = { id, rule, severity, state, labels, startedMs, summary };
    length += JSON.stringify(one).length;
    if (length > LISTED_LENGTH_MAX) break;
    alerts.push(one);
  }
  return { count: tellings.length, alerts, rest: tellings.length - alerts.length };
}

function withGroup(body: ReturnType<typeof standardBody>, group: Listed & { readonly key: string }): unknown {
  if (typeof body !== "object" || body === null || !("data" in body)) return body;
  return { ...body, data: { ...Object(body.data), group } };
}
