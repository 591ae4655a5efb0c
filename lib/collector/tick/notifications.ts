import "server-only";
import type { Kysely } from "kysely";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { deliveriesFor, receiversOf } from "@/lib/collector/tick/deliveries";
import { type HealthReporter, publish, reporting } from "@/lib/collector/tick/health";
import { type Scopes, scopeState, updateScope } from "@/lib/collector/tick/scope-state";
import { decideNotifications, type NotificationDecision } from "@/lib/notifications/decide/decide";
import { BUILT_IN_INHIBITIONS, causesOf, type Inhibition } from "@/lib/notifications/decide/inhibit";
import type { Acknowledgement, Flapping, Grouping, Mute, Repeat } from "@/lib/notifications/decide/notification";
import {
  activeWindowsAt,
  type Calendar,
  calendarAt,
  type SilenceWindow,
  silencedBy,
} from "@/lib/notifications/decide/silence-window";
import { deleteAcknowledgement, loadAcknowledgements } from "@/lib/storage/acknowledgements";
import { saveAlerts } from "@/lib/storage/alerts/alerts";
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
  /** By alert id. */
  acknowledgements: ReadonlyMap<string, Acknowledgement>;
}

export const emptyNotifications = (): NotificationsState => ({
  silenceWindows: [],
  calendar: new Map(),
  acknowledgements: new Map(),
});

/** What decides notifications. */
export interface NotificationContext
  extends Pick<Runtime, "notifications" | "notificationSettings" | "webhooks" | "deliverer" | "scopes"> {}

type Reevaluated = NotificationContext & HealthReporter & Pick<Runtime, "database" | "serialize">;

/** The decisions of one evaluation, ready to be stored in the transaction that stores its alerts. */
export interface NotificationEvaluation {
  readonly decided: NotificationDecision;
  readonly deliveries: readonly Delivery[];
  /** Every alert row that must be written: those of the alert engine, and those whose acknowledgement or flapping changed. */
  readonly rows: readonly Alert[];
}

/** Decides which notifications a scope's alerts need. It changes nothing but the calendar, which is a cache. */
export function evaluateNotifications(
  context: NotificationContext,
  scope: string,
  evaluated: { readonly after: AlertMemory; readonly changed: readonly Alert[] },
  nowMs: number,
): NotificationEvaluation {
  const { notifications, notificationSettings: settings } = context;
  notifications.calendar = calendarAt(notifications.calendar, notifications.silenceWindows, nowMs);
  const firing = firingOf(evaluated.after);
  const receivers = receiversOf(context.webhooks, settings.group);
  const decided = decideNotifications(scopeState(context.scopes, scope).notifications, {
    firing,
    resolved: evaluated.changed.filter((alert) => alert.state === "resolved" && alert.firedMs !== null),
    muteOf: mutedBy(context, scope, firing, nowMs),
    acknowledgements: notifications.acknowledgements,
    receivers,
    repeat: settings.repeat,
    flapping: settings.flapping,
    nowMs,
  });
  const stamped = (alert: Alert): Alert => decided.evaluated.get(alert.id) ?? alert;
  const rows = new Map([...evaluated.changed.map(stamped), ...decided.alerts].map((alert) => [alert.id, alert]));
  const deliveries = deliveriesFor(decided.notifications, receivers, nowMs);
  return { decided, deliveries, rows: [...rows.values()] };
}

/** Writes the decisions of an evaluation. `commitNotifications` takes them over once the transaction is committed. */
export async function storeNotifications(
  trx: Kysely<Schema>,
  { decided, deliveries, rows }: NotificationEvaluation,
): Promise<void> {
  await saveAlerts(trx, rows);
  await saveNotificationStates(trx, decided.changed);
  await deleteNotificationStates(trx, decided.deletedKeys);
  for (const over of decided.endedAcknowledgements) await deleteAcknowledgement(trx, over);
  await saveDeliveries(trx, deliveries);
}

export function commitNotifications(
  { notifications, scopes, deliverer }: NotificationContext,
  scope: string,
  { decided, deliveries }: NotificationEvaluation,
): void {
  updateScope(scopes, scope, { notifications: decided.after });
  if (decided.endedAcknowledgements.length > 0) {
    const over = new Set(decided.endedAcknowledgements);
    // An acknowledgement that was given anew meanwhile is another object, and stays.
    notifications.acknowledgements = new Map(
      [...notifications.acknowledgements].filter(([, acknowledgement]) => !over.has(acknowledgement)),
    );
  }
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
    const evaluation = evaluateNotifications(context, scope, { after, changed: [] }, now());
    const { changed, deletedKeys, alerts, endedAcknowledgements } = evaluation.decided;
    const due = [changed, deletedKeys, alerts, endedAcknowledgements, evaluation.deliveries];
    if (due.every((list) => list.length === 0)) return;
    await context.database.db.transaction().execute((trx) => storeNotifications(trx, evaluation));
    commitNotifications(context, scope, evaluation);
    publish(context, [scope]);
  });

const firingOf = (memory: AlertMemory): readonly Alert[] =>
  [...memory.values()].flatMap(({ alert }) => (alert.state === "firing" ? [alert] : []));

/** A silence window takes precedence over a cause: an operator made it, and it says until when. */
function mutedBy(
  { notifications, notificationSettings, scopes }: NotificationContext,
  scope: string,
  firing: readonly Alert[],
  nowMs: number,
): (alert: Alert) => Mute | null {
  const active = activeWindowsAt(notifications.calendar, nowMs);
  const causes = causesOf([...firing, ...firingElsewhere(scopes, scope)], notificationSettings.inhibitions);
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

/** Restores what the last run stored: silence windows, acknowledgements, and the last notifications by scope. */
export async function restoreNotifications({
  notifications,
  database: { db },
  config,
  scopes,
}: Pick<Runtime, "database" | "notifications" | "config" | "scopes">): Promise<void> {
  notifications.silenceWindows = [...windowsOfFile(config.maintenance), ...(await loadWindows(db))];
  notifications.acknowledgements = new Map((await loadAcknowledgements(db)).map((one) => [one.alertId, one]));
  const stored = Map.groupBy(await loadNotificationStates(db), ({ alert }) => scopeOf(alert.labels));
  for (const [scope, states] of stored) {
    updateScope(scopes, scope, { notifications: new Map(states.map((state) => [state.key, state])) });
  }
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
