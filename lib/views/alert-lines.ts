import type { AlertView } from "@/lib/views/alerts";
import type { TroubleLine } from "@/lib/views/overview";
import { APPLICATION_LINES, JOBS_LINES, RUNNER_LINES } from "@/lib/views/work-lines";

/** Rules whose trouble the overview tells in lines of its own, from the state of what they watch. */
const TOLD: ReadonlySet<string> = new Set([
  ...["heartbeat-late", "client-flapping", "client-lost", "clients-not-back", "client-blocked"],
  ...["client-not-consuming", "client-consumers-gone", "client-publish-silent", "client-unacked-pinned"],
  ...["client-connections-leaked", "broker-unreachable", "source-unreachable"],
  ...["retry-backlog", "retry-not-draining", "runner-silent", "runners-short"],
  ...[...RUNNER_LINES, ...JOBS_LINES, ...APPLICATION_LINES],
]);

/** Whatever else fires, an operator's own rules above all: nothing fires under a verdict of calm. One line an alert. */
export const alertLines = (alerts: readonly AlertView[]): TroubleLine[] =>
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
