import { expect, test } from "vitest";
import type { Alert } from "@/lib/alerts/model/alert";
import { ALERT_LABELS, alertSeries } from "@/lib/views/series/alert-series";

test("an alert is a series with its own name, state and severity, and the declared labels", () => {
  const alert: Alert = {
    id: "a",
    rule: "heartbeat-late",
    severity: "critical",
    state: "firing",
    value: 1,
    threshold: 1,
    startedMs: 1,
    firedMs: 1,
    resolvedMs: null,
    summary: "",
    facts: null,
    inferred: false,
    acknowledgedBy: null,
    flapping: false,
    noData: false,
    incident: null,
    labels: { broker: "main", client: "scanner", severity: "forged", something: "else" },
  };
  const series = alertSeries(alert);
  expect(series).toEqual({
    alertname: "heartbeat-late",
    alertstate: "firing",
    severity: "critical",
    broker: "main",
    client: "scanner",
  });
  expect(Object.keys(series).filter((name) => !ALERT_LABELS.includes(name))).toEqual([]);
});
