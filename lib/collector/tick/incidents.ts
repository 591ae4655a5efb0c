import { type FollowedIncidents, followIncidents } from "@/lib/alerts/incidents/follow-incidents";
import type { Incident, IncidentMemory } from "@/lib/alerts/incidents/incident";
import { causesOf } from "@/lib/alerts/incidents/inhibit";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Runtime } from "@/lib/collector/runtime";
import { dependencies, isBrokerRecovering } from "@/lib/collector/tick/dependencies";
import type { NotificationSettings } from "@/lib/collector/tick/notifications";
import type { ScopeState } from "@/lib/collector/tick/scope-state";
import { updateScope } from "@/lib/collector/tick/scope-state";
import { isWorse } from "@/lib/notifications/decide/decide";
import {
  type Acknowledgement,
  acknowledgementKey,
  type NotificationMemory,
} from "@/lib/notifications/decide/notification";

/** What groups alerts into incidents. */
export interface IncidentContext extends Pick<Runtime, "brokers" | "sources" | "config" | "scopes"> {
  readonly notifications: {
    readonly incidents: IncidentMemory;
    readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
  };
  readonly notificationSettings: Pick<NotificationSettings, "inhibitions">;
}

/** The incidents after an evaluation, and what they mean for each alert. */
export interface EvaluatedIncidents extends FollowedIncidents {
  /** By alert id: the alert that mutes it. */
  readonly causes: ReadonlyMap<string, Alert>;
  readonly incidentOf: (alertId: string) => Incident | null;
  /** The acknowledgement of the incident of an alert, while it covers the alert. */
  readonly acknowledgementOf: (alert: Alert) => Acknowledgement | null;
  /** Acknowledgements of incidents that have expired, ended or become worse. */
  readonly endedAcknowledgements: readonly Acknowledgement[];
}

/** Groups the firing alerts of all scopes. `firing` are those of the scope that is evaluated, the others are in memory. */
export function evaluateIncidents(
  context: IncidentContext,
  firing: { readonly own: readonly Alert[]; readonly elsewhere: readonly Alert[] },
  flapping: ReadonlySet<string>,
  nowMs: number,
): EvaluatedIncidents {
  const { notifications, notificationSettings, brokers, sources, config } = context;
  const all = [...firing.own, ...firing.elsewhere];
  const causes = causesOf(all, notificationSettings.inhibitions);
  const followed = followIncidents(notifications.incidents, {
    firing: all,
    flapping,
    causes,
    dependenciesOf: dependencies({ brokers, sources, joins: config.joins, clientNames: clientNames(config) }),
    isRecovering: (labels) => isBrokerRecovering(brokers, labels),
    nowMs,
  });
  const byAlert = new Map<string, Incident>();
  for (const incident of followed.after.values()) {
    for (const { id } of incident.members) byAlert.set(id, incident);
  }
  const incidentOf = (alertId: string): Incident | null => byAlert.get(alertId) ?? null;
  const { acknowledgements } = notifications;
  const valid = new Map<string, Acknowledgement>();
  for (const incident of followed.after.values()) {
    const found = acknowledgements.get(acknowledgementKey(incident.id));
    if (found !== undefined && isCovering(found, incident, nowMs)) valid.set(found.alertId, found);
  }
  return {
    ...followed,
    causes,
    incidentOf,
    acknowledgementOf: (alert) => {
      const found = valid.get(acknowledgementKey(incidentOf(alert.id)?.id ?? ""));
      return found === undefined || isWorse(alert, found) ? null : found;
    },
    endedAcknowledgements: [...acknowledgements.values()].filter(
      ({ alertId }) => alertId.startsWith(acknowledgementKey("")) && !valid.has(alertId),
    ),
  };
}

/** It covers what joins later, until the incident is worse than when it was acknowledged. */
const isCovering = ({ untilMs, severity }: Acknowledgement, incident: Incident, nowMs: number): boolean =>
  incident.resolvedMs === null && nowMs < untilMs && !(incident.severity === "critical" && severity === "warning");

const clientNames = ({ sources }: IncidentContext["config"]): ReadonlyMap<string, string> =>
  new Map(
    sources.flatMap((source) =>
      source.kind === "faststream" && source.client !== undefined ? [[source.id, source.client] as const] : [],
    ),
  );

/** The alert with its incident. */
export const withIncident = (alert: Alert, incident: string | null): Alert =>
  incident === null || alert.incident === incident ? alert : { ...alert, incident };

/** Marks the open alerts of every scope that joined an incident, or whose incident became part of another. */
export function markIncidents(scopes: Map<string, ScopeState>, joined: ReadonlyMap<string, string>): void {
  if (joined.size === 0) return;
  for (const [scope, { alerts }] of scopes) {
    if (![...alerts.values()].some(({ alert }) => joined.has(alert.id))) continue;
    const marked = [...alerts].map(
      ([key, pending]) =>
        [key, { ...pending, alert: withIncident(pending.alert, joined.get(pending.alert.id) ?? null) }] as const,
    );
    updateScope(scopes, scope, { alerts: new Map(marked) });
  }
}

/** Instances that flap, of all scopes. */
export const flappingOf = (memories: readonly NotificationMemory[]): ReadonlySet<string> =>
  new Set(
    memories.flatMap((memory) =>
      [...memory.values()].flatMap(({ key, flappingSinceMs }) => (flappingSinceMs === null ? [] : [key])),
    ),
  );
