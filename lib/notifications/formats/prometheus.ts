import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { cut, type Size } from "@/lib/notifications/formats/text";

type Texts = Readonly<Record<string, string>>;

/** An alert in the form of Prometheus and Alertmanager. */
export interface PrometheusAlert {
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly startsAt: string;
  readonly resolvedAt: string | null;
}

/** A label of the alert named `alertname` or `severity` does not replace our own. */
export function prometheusAlert({ type, alert }: WebhookEvent, size: Size): PrometheusAlert {
  const own = Object.entries(alert.labels)
    .slice(0, size.labels)
    .map(([name, value]) => [labelName(name, size.text), cut(value, size.text)]);
  return {
    labels: { ...Object.fromEntries(own), alertname: alert.rule, severity: alert.severity },
    annotations: {
      summary: cut(alert.summary, size.text),
      value: alert.value === null ? "" : String(alert.value),
      threshold: String(alert.threshold),
      ...(alert.inferred ? { inferred: "true" } : {}),
      ...(alert.acknowledgedBy === null ? {} : { acknowledged_by: cut(alert.acknowledgedBy, size.text) }),
      ...(type === "alert.flapping" ? { flapping: "true" } : {}),
      // Not a label: a label tells alerts apart, and an alert may get another incident when its cause is found.
      ...(alert.incident == null ? {} : { incident: cut(alert.incident, size.text) }),
    },
    startsAt: new Date(alert.startedMs).toISOString(),
    resolvedAt: type === "alert.resolved" ? new Date(alert.resolvedMs ?? alert.startedMs).toISOString() : null,
  };
}

/** A label name that Prometheus accepts: `[a-zA-Z_][a-zA-Z0-9_]*`. */
const labelName = (name: string, max: number): string =>
  name
    .slice(0, max)
    .replace(/[^a-zA-Z0-9_]/g, "_")
    .replace(/^(?=[0-9]|$)/, "_");

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
/** Ends each name and each value, so that ("ab", "c") and ("a", "bc") differ. */
const SEPARATOR = 255;

/** Alertmanager's fingerprint: FNV-1a of 64 bits over the labels by name, 16 hex digits (common/model/signature.go). */
export function fingerprintOf(labels: Texts): string {
  let hash = FNV_OFFSET;
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  };
  const names = Object.keys(labels).toSorted((a, b) => (a < b ? -1 : 1));
  for (const text of names.flatMap((name) => [name, labels[name] ?? ""])) {
    for (const byte of new TextEncoder().encode(text)) add(byte);
    add(SEPARATOR);
  }
  return hash.toString(16).padStart(16, "0");
}
