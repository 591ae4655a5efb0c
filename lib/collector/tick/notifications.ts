import "server-only";
import type { Kysely } from "kysely";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { IncidentMemory } from "@/lib/alerts/incidents/incident";
import { BUILT_IN_INHIBITIONS, type Inhibition } from "@/lib/alerts/incidents/inhibit";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { deliveriesFor, receiversOf } from "@/lib/collector/tick/deliveries";
import { type HealthReporter, publish, reporting } from "@/lib/collector/tick/health";
import {
  type EvaluatedIncidents,
  evaluateIncidents,
  flappingOf,
  markIncidents,
  withIncident,
} from "@/lib/collector/tick/incidents";
import { type Scopes, scopeState, updateScope } from "@/lib/collector/tick/scope-state";
import { decideNotifications, isWorse, type NotificationDecision } from "@/lib/notifications/decide/decide";
import {
  decideIncidents,
  describeIncident,
  type IncidentDecision,
  type IncidentNotifications,
} from "@/lib/notifications/decide/decide-incidents";
import type {
  Acknowledgement,
  Flapping,
  Grouping,
  Mute,
  NotificationState,
  Repeat,
} from "@/lib/notifications/decide/notification";
import {
  activeWindowsAt,
  type Calendar,
  calendarAt,
  type SilenceWindow,
  silencedBy,
} from "@/lib/notifications/decide/silence-window";
import { deleteAcknowledgement, loadAcknowledgements } from "@/lib/storage/acknowledgements";
import { saveAlerts } from "@/lib/storage/alerts/alerts";
import { deleteIncidents, loadIncidents, saveIncidents, saveMembership } from "@/lib/storage/alerts/incidents";
import { type Delivery, saveDeliveries } from "@/lib/storage/deliveries";
import {
  deleteNotificationStates,
  loadNotificationStates,
  saveNotificationStates,
} from "@/lib/storage/notification-states";
import type { Schema } from "@/lib/storage/schema/schema";
import { loadWindows } from "@/lib/storage/silence-windows";

/** How notifications are sent, from the file. */
export interface NotificationSettings {
  readonly inhibitions: readonly Inhibition[];
  readonly group: Grouping | null;
  readonly repeat: Repeat;
  readonly flapping: Flapping;
}

/** What suppresses notifications, of all scopes. Fields are replaced as wholes. */
export interface NotificationsState {
  /** Of the file and of the page. */
  silenceWindows: readonly SilenceWindow[];
  calendar: Calendar;
  /** By alert id, or by incident (`acknowledgementKey`). */
  acknowledgements: ReadonlyMap<string, Acknowledgement>;
  /** Open incidents of all scopes, and those that an alert may still join. */
  incidents: IncidentMemory;
  incidentNotifications: IncidentNotifications;
}

export const emptyNotifications = (): NotificationsState => ({
  silenceWindows: [],
  calendar: new Map(),
  acknowledgements: new Map(),
  incidents: new Map(),
  incidentNotifications: new Map(),
});

/** What decides notifications. */
export interface NotificationContext
  extends Pick<
    Runtime,
    | "brokers"
    | "config"
    | "deliverer"
    | "notifications"
    | "notificationSettings"
    | "scopes"
    | "serialize"
    | "sources"
    | "webhooks"
  > {
  readonly subscribers: HealthReporter["subscribers"];
}

type Reevaluated = NotificationContext & HealthReporter & Pick<Runtime, "database">;

/** The decisions of one evaluation, ready to be stored in the transaction that stores its alerts. */
export interface NotificationEvaluation {
  readonly decided: NotificationDecision;
  readonly incidents: EvaluatedIncidents;
  readonly decidedIncidents: IncidentDecision;
  readonly endedAcknowledgements: readonly Acknowledgement[];
  readonly deliveries: readonly Delivery[];
  /** Every alert row that must be written: those of the alert engine, and those whose acknowledgement or flapping changed. */
  readonly rows: readonly Alert[];
}

interface Evaluated {
  readonly after: AlertMemory;
  readonly changed: readonly Alert[];
}

/**
 * Runs an evaluation, its transaction and its commit. Incidents join alerts of all scopes, so scopes with alerts take turns;
 * a scope without any waits for none.
 */
export function withIncidentTurn<R>(
  context: NotificationContext,
  scope: string,
  { after, changed }: Evaluated,
  work: () => Promise<R>,
): Promise<R> {
  const hasAlerts = after.size > 0 || changed.length > 0 || scopeState(context.scopes, scope).notifications.size > 0;
  return hasAlerts ? context.serialize(INCIDENTS, work) : work();
}

/** No scope has this name: their names have a colon, or are `webhooks`. */
const INCIDENTS = "incidents";

/** Decides which notifications a scope's alerts need. It changes nothing but the calendar, which is a cache. */
export function evaluateNotifications(
  context: NotificationContext,
  scope: string,
  evaluated: Evaluated,
  nowMs: number,
): NotificationEvaluation {
  const { notifications, notificationSettings: settings, scopes } = context;
  notifications.calendar = calendarAt(notifications.calendar, notifications.silenceWindows, nowMs);
  const memory = scopeState(scopes, scope).notifications;
  const firing = { own: firingOf(evaluated.after), elsewhere: firingElsewhere(scopes, scope) };
  const flapping = flappingOf([...scopes.values()].map((state) => state.notifications));
  const incidents = evaluateIncidents(context, firing, flapping, nowMs);
  const own = firing.own.map((alert) => withIncident(alert, incidents.incidentOf(alert.id)?.id ?? null));
  const receivers = receiversOf(context.webhooks, settings.group);
  const muteOf = mutedBy(notifications, incidents, nowMs);
  const decided = decideNotifications(memory, {
    firing: own,
    resolved: evaluated.changed.filter((alert) => alert.state === "resolved" && alert.firedMs !== null),
    muteOf,
    acknowledgements: acknowledgementsOf(notifications.acknowledgements, own, incidents),
    receivers: receivers.filter(({ perIncident }) => !perIncident),
    repeat: settings.repeat,
    flapping: settings.flapping,
    isRetained: ({ id }) => {
      const incident = incidents.incidentOf(id);
      return (
        incident !== null && (incident.resolvedMs === null || notifications.incidentNotifications.has(incident.id))
      );
    },
    nowMs,
  });
  const stateOf = (instance: string) =>
    decided.after.get(instance) ?? withMute(stateElsewhere(scopes, scope, instance), muteOf);
  const decidedIncidents = decideIncidents(notifications.incidentNotifications, {
    incidents: incidents.after.values(),
    merged: incidents.merged.map(({ from }) => from),
    stateOf,
    acknowledgementOf: (alert) =>
      validAcknowledgement(notifications.acknowledgements.get(alert.id), alert, nowMs) ??
      incidents.acknowledgementOf(alert),
    receivers: receivers.filter(({ perIncident }) => perIncident),
    closesMerged: new Set(receivers.filter(({ closesMerged }) => closesMerged).map(({ id }) => id)),
    repeat: settings.repeat,
    nowMs,
  });
  const stamped = (alert: Alert): Alert => decided.evaluated.get(alert.id) ?? alert;
  const rows = new Map([...evaluated.changed.map(stamped), ...decided.alerts].map((alert) => [alert.id, alert]));
  const notified = decided.notifications.map((notification) => {
    const incident = incidents.incidentOf(notification.alert.id);
    return incident === null ? notification : { ...notification, incident: describeIncident(incident, stateOf) };
  });
  const deliveries = deliveriesFor([...notified, ...decidedIncidents.notifications], receivers, nowMs);
  const endedAcknowledgements = [...decided.endedAcknowledgements, ...incidents.endedAcknowledgements];
  return { decided, incidents, decidedIncidents, endedAcknowledgements, deliveries, rows: [...rows.values()] };
}

/** Whether an evaluation decided anything that must be stored. */
function hasChanges({ decided, incidents, decidedIncidents, ...evaluation }: NotificationEvaluation): boolean {
  const { changed, deletedKeys, alerts } = decided;
  const lists = [changed, deletedKeys, alerts, incidents.changed, incidents.merged, evaluation.endedAcknowledgements];
  return (
    [...lists, evaluation.deliveries].some((list) => list.length > 0) ||
    incidents.joined.size > 0 ||
    decidedIncidents.changed.size > 0
  );
}

/** Writes the decisions of an evaluation. `commitNotifications` takes them over once the transaction is committed. */
export async function storeNotifications(trx: Kysely<Schema>, evaluation: NotificationEvaluation): Promise<void> {
  const { decided, incidents, decidedIncidents, deliveries, rows } = evaluation;
  await saveAlerts(trx, rows);
  await saveNotificationStates(trx, decided.changed);
  await deleteNotificationStates(trx, decided.deletedKeys);
  const ids = new Set([...incidents.changed.map(({ id }) => id), ...decidedIncidents.changed]);
  const known = new Map([...incidents.after, ...incidents.changed.map((incident) => [incident.id, incident] as const)]);
  const changed = [...ids].flatMap((id) => known.get(id) ?? []);
  const lastNotified = (id: string) => decidedIncidents.after.get(id) ?? {};
  await saveIncidents(
    trx,
    changed.map((incident) => ({ incident, lastNotified: lastNotified(incident.id) })),
  );
  await saveMembership(trx, incidents.joined);
  await deleteIncidents(
    trx,
    incidents.merged.map(({ from }) => from.id),
  );
  for (const over of evaluation.endedAcknowledgements) await deleteAcknowledgement(trx, over);
  await saveDeliveries(trx, deliveries);
}

export function commitNotifications(
  context: NotificationContext,
  scope: string,
  evaluation: NotificationEvaluation,
): void {
  const { notifications, scopes, deliverer } = context;
  const { decided, incidents, decidedIncidents, deliveries } = evaluation;
  updateScope(scopes, scope, { notifications: decided.after });
  notifications.incidents = incidents.after;
  notifications.incidentNotifications = decidedIncidents.after;
  markIncidents(scopes, incidents.joined);
  if (evaluation.endedAcknowledgements.length > 0) {
    const over = new Set(evaluation.endedAcknowledgements);
    // An acknowledgement that was given anew meanwhile is another object, and stays.
    notifications.acknowledgements = new Map(
      [...notifications.acknowledgements].filter(([, acknowledgement]) => !over.has(acknowledgement)),
    );
  }
  if (incidents.changed.length > 0 || incidents.merged.length > 0) publish(context, [INCIDENTS]);
  if (deliveries.length > 0) deliverer.nudge();
}

/** Windows end, acknowledgements expire and repeats fall due between two polls, which may be an hour apart. */
const EVALUATE_EVERY_MS = 1 * SECOND;

/** Sends, in every scope with open alerts, the notifications that are due by time alone or after an operator's action. */
export function startNotificationLoop(context: Reevaluated): Stoppable {
  return startLoop(
    async (signal) => {
      for (const scope of [...context.scopes.keys()]) {
        if (!signal.aborted) await reevaluateNotifications(context, scope, Date.now);
      }
      return EVALUATE_EVERY_MS;
    },
    { againMs: EVALUATE_EVERY_MS, ...reporting(context, "notices") },
  );
}

/** Evaluates a scope between two ticks. Writes nothing where nothing is due. */
export const reevaluateNotifications = (context: Reevaluated, scope: string, now: () => number): Promise<void> =>
  context.serialize(scope, async () => {
    const { alerts: after, notifications } = scopeState(context.scopes, scope);
    if (after.size === 0 && notifications.size === 0) return;
    await withIncidentTurn(context, scope, { after, changed: [] }, async () => {
      const evaluation = evaluateNotifications(context, scope, { after, changed: [] }, now());
      if (!hasChanges(evaluation)) return;
      await context.database.db.transaction().execute((trx) => storeNotifications(trx, evaluation));
      commitNotifications(context, scope, evaluation);
      publish(context, [scope]);
    });
  });

const firingOf = (memory: AlertMemory): readonly Alert[] =>
  [...memory.values()].flatMap(({ alert }) => (alert.state === "firing" ? [alert] : []));

/** A silence window takes precedence over a cause: an operator made it, and it says until when. */
function mutedBy(
  { calendar }: NotificationsState,
  { causes }: EvaluatedIncidents,
  nowMs: number,
): (alert: Alert) => Mute | null {
  const active = activeWindowsAt(calendar, nowMs);
  return (alert) => {
    const silenced = silencedBy(alert, active);
    if (silenced !== null) {
      const { id, comment } = silenced.window;
      return { by: "silence-window", id, text: comment, untilMs: silenced.untilMs };
    }
    const cause = causes.get(alert.id);
    return cause === undefined ? null : { by: "alert", id: cause.id, text: cause.summary };
  };
}

/** An alert without an acknowledgement of its own has that of its incident. */
function acknowledgementsOf(
  stored: ReadonlyMap<string, Acknowledgement>,
  firing: readonly Alert[],
  incidents: EvaluatedIncidents,
): ReadonlyMap<string, Acknowledgement> {
  const inherited = firing.flatMap((alert) => {
    const found = stored.has(alert.id) ? null : incidents.acknowledgementOf(alert);
    return found === null ? [] : [[alert.id, { ...found, alertId: alert.id }] as const];
  });
  return inherited.length === 0 ? stored : new Map([...stored, ...inherited]);
}

/** An acknowledgement that has not been evaluated since it expired or its alert rose. */
const validAcknowledgement = (
  found: Acknowledgement | undefined,
  alert: Alert,
  nowMs: number,
): Acknowledgement | null => (found !== undefined && nowMs < found.untilMs && !isWorse(alert, found) ? found : null);

/** The state of another scope is as of its last evaluation; what mutes it may have changed since. */
const withMute = (state: NotificationState | undefined, muteOf: (alert: Alert) => Mute | null) =>
  state === undefined || state.alert.state !== "firing" ? state : { ...state, mute: muteOf(state.alert) };

function stateElsewhere(scopes: Scopes, scope: string, instance: string): NotificationState | undefined {
  for (const [other, { notifications }] of scopes) {
    const found = other === scope ? undefined : notifications.get(instance);
    if (found !== undefined) return found;
  }
  return undefined;
}

const firingElsewhere = (scopes: Scopes, scope: string): readonly Alert[] =>
  [...scopes].flatMap(([other, { alerts }]) => (other === scope ? [] : firingOf(alerts)));

/** The settings of the file, and Lastbeat's own inhibitions before them. */
export function notificationSettings(
  file: Pick<Runtime["config"], "inhibit" | "group" | "repeat" | "flapping">,
): NotificationSettings {
  const { group, repeat, flapping } = file;
  const ofSeverity = (severity: Severity) => repeat[severity];
  return {
    inhibitions: [...BUILT_IN_INHIBITIONS, ...file.inhibit],
    group: group === null ? null : { by: group.by, over: group.over, waitMs: group.wait },
    repeat: { warning: ofSeverity("warning"), critical: ofSeverity("critical") },
    flapping: { flips: flapping.flips, withinMs: flapping.within, calmMs: flapping.calm },
  };
}

/** Restores what the last run stored: silence windows, acknowledgements, incidents, and the last notifications by scope. */
export async function restoreNotifications(
  {
    notifications,
    database: { db },
    config,
    scopes,
    log,
  }: Pick<Runtime, "database" | "notifications" | "config" | "scopes" | "log">,
  nowMs: number,
): Promise<void> {
  notifications.silenceWindows = [...windowsOfFile(config.maintenance), ...(await loadWindows(db))];
  for (const { id, untilMs, off } of notifications.silenceWindows) {
    if (off === undefined || (untilMs ?? nowMs) < nowMs) continue;
    log("warn", `silence window ${id} is off: ${off.because}`, { window: id });
  }
  notifications.acknowledgements = new Map((await loadAcknowledgements(db)).map((one) => [one.alertId, one]));
  const stored = Map.groupBy(await loadNotificationStates(db), ({ alert }) => scopeOf(alert.labels));
  for (const [scope, states] of stored) {
    updateScope(scopes, scope, { notifications: new Map(states.map((state) => [state.key, state])) });
  }
  const { incidents, lastNotified } = await loadIncidents(db, nowMs);
  notifications.incidents = incidents;
  notifications.incidentNotifications = lastNotified;
}

/** The maintenance windows of the file. */
const windowsOfFile = (maintenance: Runtime["config"]["maintenance"]): readonly SilenceWindow[] =>
  maintenance.map(({ id, match, recurring, comment }, at) => ({
    id: `file-${id}`,
    matchers: match,
    comment: comment === "" ? id : comment,
    by: `lastbeat.yaml: maintenance[${at}]`,
    origin: "file",
    createdMs: 0,
    fromMs: 0,
    untilMs: null,
    recurring,
  }));
