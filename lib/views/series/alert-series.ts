import type { Alert } from "@/lib/alerts/model/alert";

/** Labels of the signal, beside `alertname`, `alertstate` and `severity`. */
const SIGNAL_LABELS = ["broker", "node", "vhost", "queue", "client", "source", "runner", "webhook"] as const;
export const ALERT_LABELS: readonly string[] = ["alertname", "alertstate", "severity", ...SIGNAL_LABELS];

/** An alert as one of the series that Prometheus calls ALERTS. Only clients with an alert have one. */
export function alertSeries({ rule, state, severity, labels }: Alert): Readonly<Record<string, string>> {
  const present = SIGNAL_LABELS.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]]));
  return { ...Object.fromEntries(present), alertname: rule, alertstate: state, severity };
}
