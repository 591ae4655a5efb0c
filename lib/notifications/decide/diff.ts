import type { Alert } from "@/lib/alerts/model/alert";
import type {
  LastNotified,
  Notification,
  NotificationReason,
  NotificationState,
  Receiver,
  Repeat,
} from "@/lib/notifications/decide/notification";

/** How an instance stands, as a receiver should know it. A flapping one stands as flapping whether it fires or not. */
export type InstanceStatus = "firing" | "acknowledged" | "flapping" | "over";

export interface DiffInput {
  readonly notice: NotificationState;
  readonly stand: InstanceStatus;
  readonly repeat: Repeat;
  readonly nowMs: number;
}

/** What to do about one webhook: tell it something, strike out what it was told, or nothing. */
export type NotificationAction =
  | { readonly is: "tell"; readonly type: Notification["type"]; readonly because: NotificationReason }
  | { readonly is: "forget" | "nothing" };

const NOTHING: NotificationAction = { is: "nothing" };
const FORGET: NotificationAction = { is: "forget" };
const tell = (type: Notification["type"], because: NotificationReason): NotificationAction => ({
  is: "tell",
  type,
  because,
});

/**
 * What a webhook must be told so that it knows how an instance stands. It compares what is with what was told, not one
 * event with another: whatever was muted, missed or forgotten meanwhile, the difference is what is said.
 *
 * An end is told to whoever has the alert open, muted or not: nobody must be left with an incident that is over. To
 * everybody else it is nothing. While an alert is muted, nothing else is told.
 */
export function nextAction(listener: Receiver, situation: DiffInput): NotificationAction {
  const told = situation.notice.told[listener.id];
  const open = told === undefined || told.as === "waiting" ? null : told;
  if (open === null) {
    const first = firstStep(listener, situation);
    return first.is === "nothing" && told !== undefined ? FORGET : first;
  }
  if (situation.stand === "over") return listener.sendResolved ? tell("alert.resolved", "resolved") : FORGET;
  if (situation.notice.mute !== null) return NOTHING;
  return open.as === situation.stand ? sameStep(listener, situation, open) : changedStep(situation.stand, open);
}

function firstStep({ id, severities }: Receiver, { notice, stand }: DiffInput): NotificationAction {
  const { alert, mute } = notice;
  // That a webhook does not get through is told through the others: through itself it would only wait with the rest.
  if (alert.labels.webhook === id) return NOTHING;
  if (alert.state !== "firing" || mute !== null || !severities.includes(alert.severity)) return NOTHING;
  if (stand === "firing") return tell("alert.firing", "first");
  return stand === "flapping" ? tell("alert.flapping", "flapping") : NOTHING;
}

function changedStep(stand: Exclude<InstanceStatus, "over">, open: LastNotified): NotificationAction {
  switch (stand) {
    case "acknowledged":
      return tell("alert.acknowledged", "acknowledged");
    case "flapping":
      return tell("alert.flapping", "flapping");
    case "firing":
      return tell("alert.firing", open.as === "flapping" ? "calm" : "again");
    default:
      return stand satisfies never;
  }
}

function sameStep(
  { severities }: Receiver,
  { notice, stand, repeat, nowMs }: DiffInput,
  open: LastNotified,
): NotificationAction {
  const { severity } = notice.alert;
  if (stand !== "firing" || !severities.includes(severity)) return NOTHING;
  if (severity === "critical" && open.severity === "warning") return tell("alert.firing", "worse");
  const everyMs = repeat[severity];
  return everyMs !== null && nowMs - open.atMs >= everyMs ? tell("alert.firing", "repeat") : NOTHING;
}

/** What the webhook is known to have been told after `type`; null when nothing is open there any more. */
export function lastNotifiedAfter(
  before: LastNotified | undefined,
  type: Notification["type"],
  alert: Alert,
  atMs: number,
): LastNotified | null {
  if (type === "alert.resolved") return null;
  const { id: alertId, startedMs } = underReceiverId(before, alert);
  const as = type === "alert.firing" ? "firing" : type === "alert.acknowledged" ? "acknowledged" : "flapping";
  return { as, alertId, startedMs, severity: alert.severity, atMs };
}

/** An alert as the receiver knows it: under the id, and since the time, it has it open. */
export const underReceiverId = (told: LastNotified | undefined, alert: Alert): Alert =>
  told === undefined || told.as === "waiting" || told.alertId === alert.id
    ? alert
    : { ...alert, id: told.alertId, startedMs: told.startedMs };

/** An alert that eased is not told for that alone, but when it rises again it is. */
export const easedNotification = (told: LastNotified, { severity }: Alert): LastNotified =>
  severity === "warning" && told.severity === "critical" ? { ...told, severity } : told;
