import type { Alert } from "@/lib/alerts/model/alert";

/** Labels of the signal, beside `alertname`, `alertstate` and `severity`. */
const OF_THE_SIGNAL = ["broker", "node", "vhost", "queue", "client", "source", "runner", "webhook"] as const;
export const ALERT_LABELS: readonly string[] = ["alertname", "alertstate", "severity", ...OF_THE_SIGNAL];

/** An alert as a series of the kind Prometheus calls ALERTS. A client stands here only while it has an alert. */
export function alertSeries({ rule, state, severity, labels }: Alert): Readonly<Record<string, string>> {
  const known = OF_THE_SIGNAL.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]]));
  return { ...Object.fromEntries(known), alertname: rule, alertstate: state, severity };
}
