import type { AlertView } from "@/lib/views/alerts";
import type { Trouble } from "@/lib/views/overview";
import { TOLD } from "@/lib/views/taken";

/** Whatever else fires, an operator's own rules above all: nothing fires under a verdict of calm. One line an alert. */
export const alertLines = (alerts: readonly AlertView[]): Trouble[] =>
  alerts
    .filter((alert) => alert.state === "firing" && !TOLD.has(alert.rule))
    .map((alert) => ({
      kind: "alert",
      severity: alert.severity,
      subject: alert.rule,
      alertId: alert.id,
      sinceMs: alert.startedMs,
      summary: alert.summary,
    }));
