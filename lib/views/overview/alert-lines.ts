import type { AlertView } from "@/lib/views/alerts/schema";
import { LINE_RULES } from "@/lib/views/overview/handled";
import type { Trouble } from "@/lib/views/overview/schema";

/** Whatever else fires, an operator's own rules above all: nothing fires under a verdict of calm. One line an alert. */
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
