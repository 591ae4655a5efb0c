import type { Alert } from "@/lib/alerts/model/alert";
import { MINUTE } from "@/lib/base/time/duration";
import type {
  LastNotified,
  Notification,
  NotificationReason,
  NotificationState,
  Receiver,
  Repeat,
} from "@/lib/notifications/decide/notification";

/** The status of an instance that a receiver should know. A flapping one is `flapping` whether it fires now or not. */
export type InstanceStatus = "firing" | "acknowledged" | "flapping" | "over";

export interface DiffInput {
  readonly state: NotificationState;
  readonly status: InstanceStatus;
  /** How many alerts the notification is about. */
  readonly alerts: number;
  readonly repeat: Repeat;
  readonly nowMs: number;
}

/** What to do for one webhook: send a notification, delete what it was last notified of, or nothing. */
export type NotificationAction =
  | { readonly is: "send"; readonly type: Notification["type"]; readonly reason: NotificationReason }
  | { readonly is: "forget" | "nothing" };

const NOTHING: NotificationAction = { is: "nothing" };
const FORGET: NotificationAction = { is: "forget" };
const send = (type: Notification["type"], reason: NotificationReason): NotificationAction => ({
  is: "send",
  type,
  reason,
});

/**
 * The notification that brings a receiver up to date with an instance. It compares the current status with the last
 * notification, not one event with another, so whatever was muted or missed meanwhile is made good.
 *
 * A resolve goes to every receiver that has the incident open, muted or not: no receiver may be left with an incident
 * that is over. Receivers without an open incident get none. While an alert is muted, nothing else is sent.
 */
export function nextAction(receiver: Receiver, input: DiffInput): NotificationAction {
  const { state, status } = input;
  const last = state.lastNotified[receiver.id];
  if (last === undefined || last.as === "waiting") {
    const action = firstAction(receiver, input);
    return action.is === "nothing" && last !== undefined ? FORGET : action;
  }
  if (status === "over") return receiver.sendResolved ? send("alert.resolved", "resolved") : FORGET;
  if (state.mute !== null) return NOTHING;
  return last.as === status ? sameStatusAction(receiver, input, last) : newStatusAction(status, last);
}

function firstAction({ id, severities }: Receiver, { state, status }: DiffInput): NotificationAction {
  const { alert, mute } = state;
  // A failing webhook is reported through the others: sent through itself, the alert would wait with the rest.
  if (alert.labels.webhook === id) return NOTHING;
  if (alert.state !== "firing" || mute !== null || !severities.includes(alert.severity)) return NOTHING;
  if (status === "firing") return send("alert.firing", "first");
  return status === "flapping" ? send("alert.flapping", "flapping") : NOTHING;
}

function newStatusAction(status: Exclude<InstanceStatus, "over">, last: LastNotified): NotificationAction {
  switch (status) {
    case "acknowledged":
      return send("alert.acknowledged", "acknowledged");
    case "flapping":
      return send("alert.flapping", "flapping");
    case "firing":
      return send("alert.firing", last.as === "flapping" ? "calm" : "again");
    default:
      return status satisfies never;
  }
}

function sameStatusAction(
  { severities }: Receiver,
  { state, status, alerts, repeat, nowMs }: DiffInput,
  last: LastNotified,
): NotificationAction {
  const { severity } = state.alert;
  if (status !== "firing" || !severities.includes(severity)) return NOTHING;
  if (severity === "critical" && last.severity === "warning") return send("alert.firing", "worse");
  const hasJoined = alerts > (last.alerts ?? 1);
  if (hasJoined && Math.abs(nowMs - last.atMs) >= JOINED_EVERY_MS) return send("alert.firing", "joined");
  const everyMs = repeat[severity];
  return everyMs !== null && nowMs - last.atMs >= everyMs ? send("alert.firing", "repeat") : NOTHING;
}

/** What joins an incident is sent at most once a minute: a storm of consequences is a few messages. */
export const JOINED_EVERY_MS = MINUTE;

/** The last notification after one of `type`; null when the receiver has nothing open any more. */
export function lastNotifiedAfter(
  before: LastNotified | undefined,
  { type, alert, atMs, alerts }: Pick<Notification, "type" | "alert" | "atMs"> & { readonly alerts: number },
): LastNotified | null {
  if (type === "alert.resolved") return null;
  const { id: alertId, startedMs } = asReceiverKnows(before, alert);
  const as = type === "alert.firing" ? "firing" : type === "alert.acknowledged" ? "acknowledged" : "flapping";
  return { as, alertId, startedMs, severity: alert.severity, atMs, ...(alerts > 1 ? { alerts } : {}) };
}

/** The alert with the id and the start under which the receiver has the incident open. */
export const asReceiverKnows = (last: LastNotified | undefined, alert: Alert): Alert =>
  last === undefined || last.as === "waiting" || last.alertId === alert.id
    ? alert
    : { ...alert, id: last.alertId, startedMs: last.startedMs };

/** An alert that eased is not sent again for that alone. Its lower severity is stored, so that the next rise is sent. */
export const easedNotification = (last: LastNotified, { severity }: Alert): LastNotified =>
  severity === "warning" && last.severity === "critical" ? { ...last, severity } : last;
