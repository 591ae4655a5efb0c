import type { Alert } from "@/lib/alerts/rule";
import type { Because, Listener, Notice, Repeat, Telling, Told } from "@/lib/notices/notice";

/** How an instance stands, as a receiver should know it. A flapping one stands as flapping whether it fires or not. */
export type Stand = "firing" | "acknowledged" | "flapping" | "over";

export interface Situation {
  readonly notice: Notice;
  readonly stand: Stand;
  readonly repeat: Repeat;
  readonly nowMs: number;
}

/** What to do about one webhook: tell it something, strike out what it was told, or nothing. */
export type Step =
  | { readonly is: "tell"; readonly type: Telling["type"]; readonly because: Because }
  | { readonly is: "forget" | "nothing" };

const NOTHING: Step = { is: "nothing" };
const FORGET: Step = { is: "forget" };
const tell = (type: Telling["type"], because: Because): Step => ({ is: "tell", type, because });

/**
 * What a webhook must be told so that it knows how an instance stands. It compares what is with what was told, not one
 * event with another: whatever was muted, missed or forgotten meanwhile, the difference is what is said.
 *
 * An end is told to whoever has the alert open, muted or not: nobody must be left with an incident that is over. To
 * everybody else it is nothing. While an alert is muted, nothing else is told.
 */
export function nextStep(listener: Listener, situation: Situation): Step {
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

function firstStep({ id, severities }: Listener, { notice, stand }: Situation): Step {
  const { alert, mute } = notice;
  // That a webhook does not get through is told through the others: through itself it would only wait with the rest.
  if (alert.labels.webhook === id) return NOTHING;
  if (alert.state !== "firing" || mute !== null || !severities.includes(alert.severity)) return NOTHING;
  if (stand === "firing") return tell("alert.firing", "first");
  return stand === "flapping" ? tell("alert.flapping", "flapping") : NOTHING;
}

function changedStep(stand: Exclude<Stand, "over">, open: Told): Step {
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

function sameStep({ severities }: Listener, { notice, stand, repeat, nowMs }: Situation, open: Told): Step {
  const { severity } = notice.alert;
  if (stand !== "firing" || !severities.includes(severity)) return NOTHING;
  if (severity === "critical" && open.severity === "warning") return tell("alert.firing", "worse");
  const everyMs = repeat[severity];
  return everyMs !== null && nowMs - open.atMs >= everyMs ? tell("alert.firing", "repeat") : NOTHING;
}

/** What the webhook is known to have been told after `type`; null when nothing is open there any more. */
export function toldAfter(before: Told | undefined, type: Telling["type"], alert: Alert, atMs: number): Told | null {
  if (type === "alert.resolved") return null;
  const { id: alertId, startedMs } = underItsId(before, alert);
  const as = type === "alert.firing" ? "firing" : type === "alert.acknowledged" ? "acknowledged" : "flapping";
  return { as, alertId, startedMs, severity: alert.severity, atMs };
}

/** An alert as the receiver knows it: under the id, and since the time, it has it open. */
export const underItsId = (told: Told | undefined, alert: Alert): Alert =>
  told === undefined || told.as === "waiting" || told.alertId === alert.id
    ? alert
    : { ...alert, id: told.alertId, startedMs: told.startedMs };

/** An alert that eased is not told for that alone, but when it rises again it is. */
export const easedTold = (told: Told, { severity }: Alert): Told =>
  severity === "warning" && told.severity === "critical" ? { ...told, severity } : told;
