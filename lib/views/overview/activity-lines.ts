import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientView } from "@/lib/views/clients/schema";
import type { Trouble } from "@/lib/views/overview/schema";

/** The firing alert of a rule on one client, if there is one. */
export const firing = (alerts: readonly AlertView[], rule: string, client: ClientView): AlertView | null =>
  alerts.find((one) => one.rule === rule && one.state === "firing" && one.labels.clientId === client.id) ?? null;

/** What a connected client does, or fails to do, as far as a rule calls it trouble. One line for each kind. */
export function activityLines(client: ClientView, alerts: readonly AlertView[]): Trouble[] {
  const lines: Trouble[] = [];
  const whoOf = (alert: AlertView) => ({
    severity: alert.severity,
    subject: client.name,
    clientId: client.id,
    broker: client.broker,
    product: client.product,
    sinceMs: alert.startedMs,
  });
  const blocked = firing(alerts, "client-blocked", client);
  if (blocked) {
    const why = { reason: client.lastEnd?.reason ?? null, inferred: client.lastEnd?.inferred ?? false };
    lines.push({ kind: "client-blocked", ...whoOf(blocked), ...why });
  }
  for (const [kind, rules] of HELD) {
    const alert = rules.map((rule) => firing(alerts, rule, client)).find((one) => one !== null);
    if (!alert || alert.value === null) continue;
    lines.push({ kind, ...whoOf(alert), heldSeconds: alert.value, queues: client.activity?.consumedFrom ?? [] });
  }
  const leaked = firing(alerts, "client-connections-leaked", client);
  const usually = client.activity?.usualSessions ?? null;
  if (leaked && usually !== null) {
    lines.push({ kind: "client-leaking", ...whoOf(leaked), sessionsOpen: client.sessionsOpen, usually });
  }
  return lines;
}

const HELD = [
  ["client-not-consuming", ["client-not-consuming", "client-consumers-gone"]],
  ["client-publish-silent", ["client-publish-silent"]],
  ["client-pinned", ["client-unacked-pinned"]],
] as const;
