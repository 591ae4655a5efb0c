import type { Alert } from "@/lib/alerts/model/alert";
import {
  asReceiverKnows,
  easedNotification,
  type InstanceStatus,
  lastNotifiedAfter,
  type NotificationAction,
  nextAction,
} from "@/lib/notifications/decide/diff";
import { groupKey } from "@/lib/notifications/decide/group";
import type {
  Acknowledgement,
  LastNotified,
  Notification,
  NotificationState,
  NotifiedAlerts,
  Receiver,
  Repeat,
} from "@/lib/notifications/decide/notification";

/** What decides the notifications of instances and of incidents alike. */
export interface ReceiverInput {
  readonly receivers: readonly Receiver[];
  readonly repeat: Repeat;
  readonly nowMs: number;
}

/** One instance as it is now, before any notification of this evaluation. */
export interface EvaluatedInstance {
  readonly before: NotificationState | undefined;
  readonly state: NotificationState;
  readonly status: InstanceStatus;
  readonly acknowledgement: Acknowledgement | null;
  readonly endedAcknowledgement: Acknowledgement | null;
  /** The other alerts of an incident; absent for an instance by itself. */
  readonly incident?: NotifiedAlerts;
}

interface InstanceDecision {
  readonly before: NotificationState | undefined;
  readonly state: NotificationState;
  readonly notifications: readonly Notification[];
}

/** What to send for each instance or incident, and what its receivers were last notified of then. */
export function decideAll(instances: readonly EvaluatedInstance[], input: ReceiverInput): readonly InstanceDecision[] {
  const groupDueMs = dueByGroup(instances, input);
  return instances.map((instance) => decideInstance(instance, groupDueMs, input));
}

/** Decides for every receiver. The first notification of a group that still collects alerts waits. */
function decideInstance(
  instance: EvaluatedInstance,
  groupDueMs: ReadonlyMap<string, number>,
  input: ReceiverInput,
): InstanceDecision {
  const { before, state, acknowledgement } = instance;
  const { alert } = state;
  const lastNotified: Record<string, LastNotified> = {};
  const notifications: Notification[] = [];
  for (const receiver of input.receivers) {
    const last = state.lastNotified[receiver.id];
    const action = actionFor(receiver, instance, input);
    const group = waitingGroup(receiver, instance, action);
    if (group !== null && (groupDueMs.get(group) ?? 0) > input.nowMs) {
      lastNotified[receiver.id] = last ?? waitingSince(alert, input.nowMs);
    } else if (action.is === "send") {
      notifications.push({
        webhook: receiver.id,
        type: action.type,
        reason: action.reason,
        alert: asReceiverKnows(last, alert),
        acknowledgement,
        incident: instance.incident ?? null,
        isWhole: instance.incident !== undefined,
        atMs: input.nowMs,
      });
      const next = lastNotifiedAfter(last, { type: action.type, alert, atMs: input.nowMs, alerts: alertsOf(instance) });
      if (next !== null) lastNotified[receiver.id] = next;
    } else if (last !== undefined && action.is === "nothing") {
      lastNotified[receiver.id] = easedNotification(last, alert);
    }
  }
  const isUnchanged = isSame(state.lastNotified, lastNotified);
  return { before, state: isUnchanged ? state : { ...state, lastNotified }, notifications };
}

function isSame(before: NotificationState["lastNotified"], after: NotificationState["lastNotified"]): boolean {
  const names = Object.keys(after);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === after[name]);
}

const waitingSince = ({ id, startedMs, severity }: Alert, atMs: number): LastNotified => ({
  as: "waiting",
  alertId: id,
  startedMs,
  severity,
  atMs,
});

const actionFor = (receiver: Receiver, instance: EvaluatedInstance, { repeat, nowMs }: ReceiverInput) =>
  nextAction(receiver, { state: instance.state, status: instance.status, alerts: alertsOf(instance), repeat, nowMs });

const alertsOf = ({ incident }: EvaluatedInstance): number => incident?.count ?? 1;

/** The group in which a first notification waits for others; null for one that does not wait. */
function waitingGroup(
  { id, group }: Receiver,
  { state }: EvaluatedInstance,
  action: NotificationAction,
): string | null {
  if (group === null || group.waitMs === 0) return null;
  if (action.is !== "send" || action.reason !== "first") return null;
  return `${id} ${groupKey(group, state.alert)}`;
}

/** By group: when its oldest waiting notification has waited long enough. Then all of them are sent. */
function dueByGroup(instances: readonly EvaluatedInstance[], input: ReceiverInput): ReadonlyMap<string, number> {
  const dueMs = new Map<string, number>();
  for (const receiver of input.receivers) {
    const { id, group } = receiver;
    if (group === null || group.waitMs === 0) continue;
    for (const instance of instances) {
      const key = waitingGroup(receiver, instance, actionFor(receiver, instance, input));
      if (key === null) continue;
      const sinceMs = Math.min(instance.state.lastNotified[id]?.atMs ?? input.nowMs, input.nowMs);
      dueMs.set(key, Math.min(dueMs.get(key) ?? Number.POSITIVE_INFINITY, sinceMs + group.waitMs));
    }
  }
  return dueMs;
}
