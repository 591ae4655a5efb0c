import type { AlertView } from "@/lib/views/alerts/schema";
import { LINE_RULES } from "@/lib/views/overview/line-properties";
import type { Trouble } from "@/lib/views/overview/schema";

/** A line for each firing alert that has none otherwise, those of an operator's own rules above all. */
export const alertLines = (alerts: readonly AlertView[]): Trouble[] =>
  alerts
    .filter((alert) => alert.state === "firing" && !LINE_RULES.has(alert.rule))
    .map((alert) => ({
      kind: "alert",
      severity: alert.severity,
      subject: alert.rule,
      alertId: alert.id,
      sinceMs: alert.startedMs,
      summary: alert.summary,
    }));
