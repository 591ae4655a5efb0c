import "server-only";
import type { Alert } from "@/lib/alerts/model/alert";
import { incidentSentence, nextStepOf } from "@/lib/alerts/text/incident";
import type { Locale } from "@/lib/base/messages/locale";
import type { Runtime } from "@/lib/collector/runtime";
import { acknowledgementKey } from "@/lib/notifications/decide/notification";
import {
  findIncident,
  type IncidentAlerts,
  listIncidents,
  loadAlertsOf,
  type StoredIncident,
} from "@/lib/storage/alerts/incidents";
import type { PageRequest } from "@/lib/storage/page";
import { alertView } from "@/lib/views/alerts/read";
import type { IncidentView } from "@/lib/views/incidents/schema";

type IncidentsContext = Pick<Runtime, "database" | "notifications" | "scopes">;

/** Incidents, the latest started first. */
export async function readIncidents(
  live: IncidentsContext,
  request: PageRequest & { readonly open?: boolean },
  locale: Locale,
): Promise<{ readonly items: readonly IncidentView[]; readonly next: string | null }> {
  const { db } = live.database;
  const page = await listIncidents(db, request);
  const alerts = await loadAlertsOf(db, page.items);
  const items = page.items.flatMap((incident) => viewOf(incident, alerts.get(incident.id), live, locale) ?? []);
  return { items, next: page.next };
}

/** One incident; null if there is none of that id. */
export async function readIncident(live: IncidentsContext, id: string, locale: Locale): Promise<IncidentView | null> {
  const { db } = live.database;
  const incident = await findIncident(db, id);
  if (incident === null) return null;
  const alerts = await loadAlertsOf(db, [incident]);
  return viewOf(incident, alerts.get(incident.id), live, locale);
}

function viewOf(
  incident: StoredIncident,
  found: IncidentAlerts | undefined,
  live: IncidentsContext,
  locale: Locale,
): IncidentView | null {
  if (found === undefined) return null;
  const alerts = sorted(found.alerts, incident.rootId);
  const [first] = alerts;
  if (first === undefined) return null;
  const root = alerts.find(({ id }) => id === incident.rootId) ?? first;
  const acknowledgement = live.notifications.acknowledgements.get(acknowledgementKey(incident.id)) ?? null;
  const text = { root, alerts, total: found.total };
  return {
    id: incident.id,
    cause: { alert: root.id, rule: root.rule, labels: { ...root.labels } },
    severity: incident.severity,
    state: incident.resolvedMs === null ? "firing" : "resolved",
    alerts: alerts.map((alert) => alertView(alert, live, locale)),
    alertsTotal: found.total,
    alertsFiring: found.firing,
    startedMs: incident.startedMs,
    resolvedMs: incident.resolvedMs,
    summary: incidentSentence(text, locale),
    nextStep: incident.resolvedMs === null ? nextStepOf(text, locale) : null,
    acknowledgedBy: acknowledgement?.by ?? null,
    acknowledgedUntilMs: acknowledgement?.untilMs ?? null,
    acknowledgedComment: acknowledgement?.comment ?? null,
  };
}

const sorted = (alerts: readonly Alert[], root: string): readonly Alert[] =>
  alerts.toSorted((a, b) => Number(b.id === root) - Number(a.id === root));
