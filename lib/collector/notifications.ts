import "server-only";
import type { Kysely } from "kysely";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { keyedMutex, type Serialize } from "@/lib/base/concurrency/mutex";
import { SECOND } from "@/lib/base/time/duration";
import { announce, reporting } from "@/lib/collector/health";
import { deliveriesFor, receiversOf } from "@/lib/collector/notify";
import type { Runtime } from "@/lib/collector/runtime";
import { decideNotifications, type NotificationDecision } from "@/lib/notifications/decide/decide";
import { BUILT_IN_INHIBITIONS, causesOf, type Inhibition } from "@/lib/notifications/decide/inhibit";
import type {
  Acknowledgement,
  Flapping,
  Grouping,
  Mute,
  NotificationMemory,
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
import { type Delivery, saveDeliveries } from "@/lib/storage/deliveries";
import {
  deleteNotificationStates,
  loadNotificationStates,
  saveNotificationStates,
} from "@/lib/storage/notification-states";
import type { Schema } from "@/lib/storage/schema/schema";
import { loadWindows } from "@/lib/storage/silence-windows";

/** How operators want to be told, from the file. */
export interface NotificationSettings {
  readonly inhibitions: readonly Inhibition[];
  readonly group: Grouping | null;
  readonly repeat: Repeat;
  readonly flapping: Flapping;
}

/** What stands between an alert and its webhooks. Fields are replaced as wholes. */
export interface NotificationsState {
  /** Of the file and of the page. */
  windows: readonly SilenceWindow[];
  calendar: Calendar;
  /** By alert id. */
  acknowledgements: ReadonlyMap<string, Acknowledgement>;
  /** By scope, as the alert memory is. */
  readonly memory: Map<string, NotificationMemory>;
  /** Ticks and evaluations of one scope take turns: each starts from what the one before has saved. */
  readonly serialize: Serialize<string>;
}

/** What one look decided, ready to be kept in the transaction that keeps its alerts. */
export interface NotificationEvaluation {
  readonly decided: NotificationDecision;
  readonly deliveries: readonly Delivery[];
  /** Every alert row that must be written: the engine's, and those whose acknowledgement or flapping changed. */
  readonly rows: readonly Alert[];
}

/** Decides who is told what of a scope's alerts, as they are after `changed`. Pure but for what `live` remembers. */
export function evaluateNotifications(
  live: Runtime,
  scope: string,
  seen: { readonly after: AlertMemory; readonly changed: readonly Alert[] },
  nowMs: number,
): NotificationEvaluation {
  const { notices, settings } = { notices: live.notices, settings: live.noticeSettings };
  notices.calendar = calendarAt(notices.calendar, notices.windows, nowMs);
  const firing = firingOf(seen.after);
  const listeners = receiversOf(live.webhooks, settings.group);
  const decided = decideNotifications(notices.memory.get(scope) ?? new Map(), {
    firing,
    resolved: seen.changed.filter((alert) => alert.state === "resolved" && alert.firedMs !== null),
    muteOf: mutedBy(live, scope, firing, nowMs),
    acknowledgements: notices.acknowledgements,
    listeners,
    ...{ repeat: settings.repeat, flapping: settings.flapping, nowMs },
  });
  const stamped = (alert: Alert): Alert => decided.seen.get(alert.id) ?? alert;
  const rows = new Map([...seen.changed.map(stamped), ...decided.alerts].map((alert) => [alert.id, alert]));
  const deliveries = deliveriesFor(decided.tellings, listeners, nowMs);
  return { decided, deliveries, rows: [...rows.values()] };
}

/** Writes what a look decided. `remember` takes it over once the transaction is committed. */
export async function storeNotifications(
  trx: Kysely<Schema>,
  { decided, deliveries, rows }: NotificationEvaluation,
): Promise<void> {
  await saveAlerts(trx, rows);
  await saveNotificationStates(trx, decided.changed);
  await deleteNotificationStates(trx, decided.forgotten);
  for (const over of decided.over) await deleteAcknowledgement(trx, over);
  await saveDeliveries(trx, deliveries);
}

export function commitNotifications(
  live: Runtime,
  scope: string,
  { decided, deliveries }: NotificationEvaluation,
): void {
  const { notices } = live;
  notices.memory.set(scope, decided.after);
  if (decided.over.length > 0) {
    const over = new Set(decided.over);
    // One that was given anew meanwhile is another object, and stays.
    notices.acknowledgements = new Map([...notices.acknowledgements].filter(([, one]) => !over.has(one)));
  }
  if (deliveries.length > 0) live.deliverer.nudge();
}

/** Windows end, acknowledgements expire and repeats fall due between two polls, which may be an hour apart. */
const LOOK_EVERY_MS = 1 * SECOND;

/** Looks at every scope that has something open, and keeps what became due by time alone or by an operator's hand. */
export function startNotificationLoop(live: Runtime): Stoppable {
  return startLoop(
    async (signal) => {
      for (const scope of new Set([...live.alerts.keys(), ...live.notices.memory.keys()])) {
        if (!signal.aborted) await reevaluateNotifications(live, scope, Date.now);
      }
      return LOOK_EVERY_MS;
    },
    { againMs: LOOK_EVERY_MS, ...reporting(live, "notices") },
  );
}

/** A look without a tick: what is due of a scope by now is told and kept. Does nothing where nothing is. */
export const reevaluateNotifications = (live: Runtime, scope: string, now: () => number): Promise<void> =>
  live.notices.serialize(scope, async () => {
    const after: AlertMemory = live.alerts.get(scope) ?? new Map();
    if (after.size === 0 && (live.notices.memory.get(scope)?.size ?? 0) === 0) return;
    const seen = evaluateNotifications(live, scope, { after, changed: [] }, now());
    const { changed, forgotten, alerts, over } = seen.decided;
    if (changed.length + forgotten.length + alerts.length + over.length + seen.deliveries.length === 0) return;
    await live.database.db.transaction().execute((trx) => storeNotifications(trx, seen));
    commitNotifications(live, scope, seen);
    announce(live, [scope]);
  });

const firingOf = (memory: AlertMemory): readonly Alert[] =>
  [...memory.values()].flatMap(({ alert }) => (alert.state === "firing" ? [alert] : []));

/** A silence window goes before a cause: an operator said so, and it says until when. */
function mutedBy(live: Runtime, scope: string, firing: readonly Alert[], nowMs: number): (alert: Alert) => Mute | null {
  const standing = activeWindowsAt(live.notices.calendar, nowMs);
  const elsewhere = [...live.alerts].flatMap(([other, memory]) => (other === scope ? [] : firingOf(memory)));
  const causes = causesOf([...firing, ...elsewhere], live.noticeSettings.inhibitions);
  return (alert) => {
    const silenced = silencedBy(alert, standing);
    if (silenced !== null) {
      const { id, comment } = silenced.window;
      return { by: "silence-window", id, text: comment, untilMs: silenced.untilMs };
    }
    const cause = causes.get(alert.id);
    return cause === undefined ? null : { by: "alert", id: cause.id, text: cause.summary };
  };
}

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

export const emptyNotifications = (): NotificationsState => ({
  ...{ windows: [], calendar: new Map(), acknowledgements: new Map() },
  ...{ memory: new Map(), serialize: keyedMutex() },
});

/** Takes up what the last run left: windows, acknowledgements, and who was told what, by scope. */
export async function restoreNotifications(live: Pick<Runtime, "database" | "notices" | "config">): Promise<void> {
  const { notices } = live;
  const { db } = live.database;
  notices.windows = [...windowsOfFile(live.config.maintenance), ...(await loadWindows(db))];
  notices.acknowledgements = new Map((await loadAcknowledgements(db)).map((one) => [one.alertId, one]));
  const scopes = Map.groupBy(await loadNotificationStates(db), ({ alert }) => scopeOf(alert.labels));
  for (const [scope, kept] of scopes) notices.memory.set(scope, new Map(kept.map((notice) => [notice.key, notice])));
}

/** The maintenance windows of the file. */
const windowsOfFile = (maintenance: Runtime["config"]["maintenance"]): readonly SilenceWindow[] =>
  maintenance.map(({ id, match, recurring, comment }, at) => ({
    id: `file-${id}`,
    matchers: match,
    comment: comment === "" ? id : comment,
    by: `lastbeat.yaml: maintenance[${at}]`,
    origin: "file",
    ...{ createdMs: 0, fromMs: 0, untilMs: null, recurring },
  }));
