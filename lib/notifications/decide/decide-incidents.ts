import { byCause } from "@/lib/alerts/incidents/causes";
import { rootOf } from "@/lib/alerts/incidents/follow-incidents";
import type { Incident } from "@/lib/alerts/incidents/incident";
import { type Alert, instanceOf } from "@/lib/alerts/model/alert";
import { decideAll, type EvaluatedInstance, type ReceiverInput } from "@/lib/notifications/decide/decide-all";
import type { InstanceStatus } from "@/lib/notifications/decide/diff";
import type {
  Acknowledgement,
  LastNotified,
  Mute,
  Notification,
  NotificationState,
  NotifiedAlerts,
} from "@/lib/notifications/decide/notification";

/** By incident: what each receiver was last notified of. */
export type IncidentNotifications = ReadonlyMap<string, Readonly<Record<string, LastNotified>>>;

export interface IncidentDecisionInput extends ReceiverInput {
  readonly incidents: Iterable<Incident>;
  /** Incidents that became part of another one. */
  readonly merged: readonly Incident[];
  /** The state of an alert's instance, as of its last evaluation. */
  readonly stateOf: (instance: string) => NotificationState | undefined;
  /** Its own acknowledgement, or that of its incident, while it covers the alert. */
  readonly acknowledgementOf: (alert: Alert) => Acknowledgement | null;
  /** Receivers that have an incident of their own for each of ours, which has to be closed when it is merged. */
  readonly closesMerged: ReadonlySet<string>;
}

export interface IncidentDecision {
  readonly after: IncidentNotifications;
  /** Incidents of which a receiver knows something else than before. */
  readonly changed: ReadonlySet<string>;
  readonly notifications: readonly Notification[];
}

/**
 * Decides the notifications of whole incidents, for receivers that get one message for each. It is the fold of single
 * alerts on another object: an incident fires, gets worse, is acknowledged, flaps and ends as its alerts do together.
 */
export function decideIncidents(before: IncidentNotifications, input: IncidentDecisionInput): IncidentDecision {
  const evaluated = [
    ...[...input.incidents].flatMap((incident) => evaluateIncident(incident, before.get(incident.id) ?? {}, input)),
    ...input.merged.flatMap((incident) => evaluateMerged(incident, before.get(incident.id) ?? {}, input)),
  ];
  const after = new Map<string, Readonly<Record<string, LastNotified>>>();
  const changed = new Set<string>();
  const notifications: Notification[] = [];
  for (const decision of decideAll(evaluated, input)) {
    const { key, lastNotified } = decision.state;
    if (Object.keys(lastNotified).length > 0) after.set(key, lastNotified);
    if (lastNotified !== decision.before?.lastNotified) changed.add(key);
    notifications.push(...decision.notifications);
  }
  return { after, changed, notifications };
}

function evaluateIncident(
  incident: Incident,
  lastNotified: Readonly<Record<string, LastNotified>>,
  input: IncidentDecisionInput,
): readonly EvaluatedInstance[] {
  const states = statesOf(incident, input);
  const shown = representativeOf(incident, states);
  if (shown === null) return [];
  const active = states.filter(isActive);
  const acknowledgement = input.acknowledgementOf(shown.alert);
  const isAcknowledged = ({ alert: own }: NotificationState) => input.acknowledgementOf(own) !== null;
  const status = statusOf(incident, active, isAcknowledged);
  const acknowledgedBy = acknowledgement?.by ?? shown.alert.acknowledgedBy;
  const alert = { ...alertOf(incident, shown.alert, states), acknowledgedBy };
  const state = { ...shown, key: incident.id, alert, mute: muteOf(incident, states), lastNotified };
  const described = alertsOfStates(incident, states);
  return [{ before: state, state, status, acknowledgement, endedAcknowledgement: null, incident: described }];
}

/** A receiver that has the merged incident open closes it: what was in it goes on under the other one. */
function evaluateMerged(
  incident: Incident,
  lastNotified: Readonly<Record<string, LastNotified>>,
  input: IncidentDecisionInput,
): readonly EvaluatedInstance[] {
  const own = Object.fromEntries(Object.entries(lastNotified).filter(([id]) => input.closesMerged.has(id)));
  const states = statesOf(incident, input);
  const shown = representativeOf(incident, states);
  if (shown === null || Object.keys(own).length === 0) return [];
  const over: Incident = { ...incident, resolvedMs: input.nowMs };
  const state = { ...shown, key: incident.id, alert: alertOf(over, shown.alert, []), mute: null, lastNotified: own };
  return [{ before: state, state, status: "over", acknowledgement: null, endedAcknowledgement: null }];
}

/** The current states of its alerts; an instance that fired several times has one. */
function statesOf(
  { members }: Incident,
  { stateOf }: Pick<IncidentDecisionInput, "stateOf">,
): readonly NotificationState[] {
  const instances = new Set(members.map(({ id }) => instanceOf(id)));
  return [...instances].flatMap((instance) => stateOf(instance) ?? []);
}

const isFiring = ({ alert }: NotificationState): boolean => alert.state === "firing";
/** It would be sent by itself: it fires, or flaps, and nothing mutes it. */
const isActive = (state: NotificationState): boolean =>
  state.mute === null && (isFiring(state) || state.flappingSinceMs !== null);
const isCritical = (state: NotificationState): boolean =>
  isFiring(state) && !isSilenced(state) && state.alert.severity === "critical";
const isSilenced = ({ mute }: NotificationState): boolean => mute?.by === "silence-window";

/** The root while it fires and nothing silences it; otherwise the worst of the others. */
function representativeOf(incident: Incident, states: readonly NotificationState[]): NotificationState | null {
  const root = states.find(({ alert }) => alert.id === incident.rootId);
  if (root !== undefined && (isActive(root) || incident.resolvedMs !== null)) return root;
  const [worst] = states.filter(isActive).toSorted((a, b) => byUrgency(a.alert, b.alert));
  return worst ?? root ?? states[0] ?? null;
}

/**
 * The representative, under the id and with the start of the incident, as bad as the worst of its alerts: also of those
 * that their cause mutes, for the cause may be a warning only.
 */
const alertOf = (incident: Incident, alert: Alert, states: readonly NotificationState[]): Alert => ({
  ...alert,
  id: incident.id,
  incident: incident.id,
  startedMs: incident.startedMs,
  severity: states.some(isCritical) ? "critical" : alert.severity,
  ...(incident.resolvedMs === null ? {} : { state: "resolved", resolvedMs: incident.resolvedMs }),
});

function statusOf(
  incident: Incident,
  active: readonly NotificationState[],
  isAcknowledged: (state: NotificationState) => boolean,
): InstanceStatus {
  if (incident.resolvedMs !== null) return "over";
  const steady = active.filter(({ flappingSinceMs }) => flappingSinceMs === null);
  if (steady.length === 0) return active.length === 0 ? "firing" : "flapping";
  return steady.every(isAcknowledged) ? "acknowledged" : "firing";
}

/** Why nothing is sent: each alert that fires is muted, or none fires while others may follow. */
function muteOf(incident: Incident, states: readonly NotificationState[]): Mute | null {
  if (incident.resolvedMs !== null || states.some(isActive)) return null;
  const muted = states.find((state) => isFiring(state) && isSilenced(state))?.mute ?? null;
  return muted ?? { by: "alert", id: incident.rootId, text: "" };
}

/** Alerts in one message; the others are counted. */
const LISTED_ALERTS_MAX = 20;

/** An incident as notifications of its single alerts describe it. */
export const describeIncident = (
  incident: Incident,
  stateOf: (instance: string) => NotificationState | undefined,
): NotifiedAlerts => alertsOfStates(incident, statesOf(incident, { stateOf }));

/** The alerts of an incident, the root first. Silenced ones are left out. */
function alertsOfStates(incident: Incident, states: readonly NotificationState[]): NotifiedAlerts {
  const { id, startedMs, resolvedMs, severity } = incident;
  const shown = states.filter((state) => !isSilenced(state)).map(({ alert }) => alert);
  const rootId = rootOf(incident).id;
  const isRoot = (alert: Alert): number => Number(alert.id === rootId);
  const alerts = shown.toSorted((a, b) => isRoot(b) - isRoot(a) || byUrgency(a, b)).slice(0, LISTED_ALERTS_MAX);
  return { id, rootId, severity, startedMs, resolvedMs, count: shown.length, alerts };
}

function byUrgency(a: Alert, b: Alert): number {
  const rank = ({ state, severity }: Alert): number => (state === "firing" ? 0 : 2) + (severity === "critical" ? 0 : 1);
  return rank(a) - rank(b) || byCause(a, b) || (a.id < b.id ? -1 : 1);
}
