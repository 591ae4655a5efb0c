import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientView } from "@/lib/views/clients/schema";
import { rulesOfLine } from "@/lib/views/overview/line-properties";
import type { Trouble } from "@/lib/views/overview/schema";

/** The first firing alert on a client, of the rules that have this kind of line. */
export const firing = (
  alerts: readonly AlertView[],
  kind: Trouble["kind"],
  client: ClientView,
): AlertView | undefined =>
  rulesOfLine(kind)
    .map((rule) =>
      alerts.find((alert) => alert.rule === rule && alert.state === "firing" && alert.labels.clientId === client.id),
    )
    .find((alert) => alert !== undefined);

/** What a connected client does or fails to do, as far as a rule reports it. One line for each kind. */
export function activityLines(client: ClientView, alerts: readonly AlertView[]): Trouble[] {
  const lines: Trouble[] = [];
  const about = (alert: AlertView) => ({
    severity: alert.severity,
    subject: client.displayName,
    clientId: client.id,
    broker: client.broker,
    product: client.product,
    sinceMs: alert.startedMs,
  });
  const blocked = firing(alerts, "client-blocked", client);
  if (blocked !== undefined) {
    const reason = client.lastEnd?.reason ?? null;
    lines.push({ kind: "client-blocked", ...about(blocked), reason, inferred: client.lastEnd?.inferred ?? false });
  }
  for (const kind of HELD) {
    const alert = firing(alerts, kind, client);
    if (alert === undefined || alert.value === null) continue;
    lines.push({ kind, ...about(alert), heldSeconds: alert.value, queues: client.activity?.consumedFrom ?? [] });
  }
  const leaking = firing(alerts, "client-leaking", client);
  const usually = client.activity?.usualSessions ?? null;
  if (leaking !== undefined && usually !== null) {
    lines.push({ kind: "client-leaking", ...about(leaking), sessionsOpen: client.sessionsOpen, usually });
  }
  return lines;
}

/** Kinds whose rules' values are durations. */
const HELD = ["client-not-consuming", "client-publish-silent", "client-pinned"] as const;
