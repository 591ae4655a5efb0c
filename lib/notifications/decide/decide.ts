import { type Alert, instanceOf } from "@/lib/alerts/model/alert";
import { decideAll, type EvaluatedInstance } from "@/lib/notifications/decide/decide-all";
import { flipsAfter } from "@/lib/notifications/decide/flap";
import type {
  Acknowledgement,
  Flapping,
  Mute,
  Notification,
  NotificationMemory,
  NotificationState,
  Receiver,
  Repeat,
} from "@/lib/notifications/decide/notification";

export interface DecisionInput {
  /** All alerts of the memory's scope that fire now. */
  readonly firing: readonly Alert[];
  /** Alerts that had fired and have resolved since the last evaluation. */
  readonly resolved: readonly Alert[];
  readonly muteOf: (alert: Alert) => Mute | null;
  /** By alert id. */
  readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
  readonly receivers: readonly Receiver[];
  readonly repeat: Repeat;
  readonly flapping: Flapping;
  /** Whether the incident of an alert that ended is still open, so that a notification may yet be about it. */
  readonly isRetained?: (alert: Alert) => boolean;
  readonly nowMs: number;
}

export interface NotificationDecision {
  readonly after: NotificationMemory;
  /** States to write, and keys of states to delete, in the transaction that saves the alerts. */
  readonly changed: readonly NotificationState[];
  readonly deletedKeys: readonly string[];
  /** Alerts whose own row changes: who acknowledged them, or whether they flap. */
  readonly alerts: readonly Alert[];
  /** All evaluated alerts by id, as their rows should be. */
  readonly evaluated: ReadonlyMap<string, Alert>;
  readonly notifications: readonly Notification[];
  /** Acknowledgements that have expired, or whose alert rose or ended. */
  readonly endedAcknowledgements: readonly Acknowledgement[];
}

/**
 * Decides which notifications to send, as a fold over (last sent, current state). Silences, inhibition, acknowledgement
 * and flapping only delay a notification: each evaluation compares the current state with what every webhook was last
 * notified of, so a notification is sent once nothing suppresses it and it is still true.
 */
export function decideNotifications(memory: NotificationMemory, input: DecisionInput): NotificationDecision {
  const alerts = alertsByKey(input);
  const instances = [...new Set([...memory.keys(), ...alerts.keys()])].map((key) =>
    evaluateInstance(memory.get(key), alerts.get(key), input),
  );
  const decisions = decideAll(instances, input);
  const after = new Map(memory);
  const changed: NotificationState[] = [];
  const deletedKeys: string[] = [];
  for (const { before, state } of decisions) {
    if (isOver(state, input)) {
      after.delete(state.key);
      if (before !== undefined) deletedKeys.push(state.key);
    } else {
      after.set(state.key, state);
      if (before === undefined || differs(before, state)) changed.push(state);
    }
  }
  return {
    after,
    changed,
    deletedKeys,
    alerts: decisions.flatMap(({ before, state }) => (rowChanges(before?.alert, state.alert) ? [state.alert] : [])),
    evaluated: new Map(decisions.map(({ state: { alert } }) => [alert.id, alert])),
    notifications: decisions.flatMap(({ notifications }) => notifications),
    endedAcknowledgements: instances.flatMap(({ endedAcknowledgement }) => endedAcknowledgement ?? []),
  };
}

function alertsByKey({ firing, resolved }: DecisionInput): ReadonlyMap<string, Alert> {
  return new Map([...resolved, ...firing].map((alert) => [instanceOf(alert.id), alert]));
}

function evaluateInstance(
  before: NotificationState | undefined,
  current: Alert | undefined,
  input: DecisionInput,
): EvaluatedInstance {
  const raw = current ?? resolvedAlert(before, input.nowMs);
  const stored = input.acknowledgements.get(raw.id) ?? null;
  const isFiring = raw.state === "firing";
  const isAcknowledged = stored !== null && isFiring && input.nowMs < stored.untilMs && !isWorse(raw, stored);
  const acknowledgement = isAcknowledged ? stored : null;
  const flips = flipsAfter(before, raw, input.flapping, input.nowMs);
  const flapping = flips.flappingSinceMs !== null;
  // The row of an ended alert still says who had acknowledged it.
  const acknowledgedBy = isFiring
    ? (acknowledgement?.by ?? null)
    : (stored?.by ?? before?.alert.acknowledgedBy ?? null);
  const isUnchanged = raw.acknowledgedBy === acknowledgedBy && raw.flapping === flapping;
  const alert: Alert = isUnchanged ? raw : { ...raw, acknowledgedBy, flapping };
  const status = flapping ? "flapping" : !isFiring ? "over" : acknowledgement === null ? "firing" : "acknowledged";
  const state: NotificationState = {
    key: before?.key ?? instanceOf(alert.id),
    alert,
    ...flips,
    mute: isFiring ? input.muteOf(alert) : null,
    lastNotified: before?.lastNotified ?? {},
  };
  return { before, state, status, acknowledgement, endedAcknowledgement: isAcknowledged ? null : stored };
}

/** An instance that is neither firing nor reported as resolved has ended all the same. */
function resolvedAlert(before: NotificationState | undefined, nowMs: number): Alert {
  if (before === undefined) throw new Error("an instance without a state or an alert cannot be evaluated");
  const { alert } = before;
  return alert.state === "resolved" ? alert : { ...alert, state: "resolved", resolvedMs: nowMs };
}

/** An alert that is worse than it was when it was acknowledged is not acknowledged any more. */
export const isWorse = (alert: Alert, { severity }: Acknowledgement): boolean =>
  alert.severity === "critical" && severity === "warning";

/** No receiver has it open, and its last flip is too old to count with a new one. */
function isOver(
  { alert, lastNotified, flappingSinceMs, flipsMs }: NotificationState,
  { flapping, isRetained, nowMs }: DecisionInput,
): boolean {
  if (alert.state === "firing" || flappingSinceMs !== null || Object.keys(lastNotified).length > 0) return false;
  return nowMs - (flipsMs.at(-1) ?? 0) > flapping.withinMs && isRetained?.(alert) !== true;
}

/**
 * Whether a state must be written again. The measured values of the alert, and of the alert that mutes it, change at
 * every poll and are saved in the alerts' own rows. Unchanged parts are the same objects: thousands are compared at each
 * evaluation.
 */
const differs = (a: NotificationState, b: NotificationState): boolean =>
  a.alert.id !== b.alert.id ||
  a.alert.state !== b.alert.state ||
  a.flipsMs !== b.flipsMs ||
  a.flappingSinceMs !== b.flappingSinceMs ||
  a.lastNotified !== b.lastNotified ||
  a.mute?.id !== b.mute?.id ||
  muteEnd(a.mute) !== muteEnd(b.mute);

const muteEnd = (mute: Mute | null): number | null => (mute?.by === "silence-window" ? mute.untilMs : null);

function rowChanges(before: Alert | undefined, alert: Alert): boolean {
  const { acknowledgedBy, flapping } = before?.id === alert.id ? before : { acknowledgedBy: null, flapping: false };
  return acknowledgedBy !== alert.acknowledgedBy || flapping !== alert.flapping;
}
