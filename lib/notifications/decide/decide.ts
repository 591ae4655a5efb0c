import type { Alert } from "@/lib/alerts/model/alert";
import {
  easedNotification,
  type InstanceStatus,
  lastNotifiedAfter,
  nextAction,
  underReceiverId,
} from "@/lib/notifications/decide/diff";
import { flap } from "@/lib/notifications/decide/flap";
import { groupKey } from "@/lib/notifications/decide/group";
import {
  type Acknowledgement,
  type Flapping,
  instanceOf,
  type LastNotified,
  type Mute,
  type Notification,
  type NotificationMemory,
  type NotificationState,
  type Receiver,
  type Repeat,
} from "@/lib/notifications/decide/notification";

export interface DecisionInput {
  /** Every alert of this memory's scope that fires now. */
  readonly firing: readonly Alert[];
  /** Those that had fired and ended since the last look. */
  readonly resolved: readonly Alert[];
  readonly muteOf: (alert: Alert) => Mute | null;
  /** By alert id. */
  readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
  readonly listeners: readonly Receiver[];
  readonly repeat: Repeat;
  readonly flapping: Flapping;
  readonly nowMs: number;
}

export interface NotificationDecision {
  readonly after: NotificationMemory;
  /** Notices to be written, and the keys of those to be struck out, in the transaction that keeps the alerts. */
  readonly changed: readonly NotificationState[];
  readonly forgotten: readonly string[];
  /** Alerts whose own row changes: who acknowledged them, or whether they flap. */
  readonly alerts: readonly Alert[];
  /** Every alert looked at, by id, as its row should have it. */
  readonly seen: ReadonlyMap<string, Alert>;
  readonly tellings: readonly Notification[];
  /** Acknowledgements that are over: expired, or their alert got worse or ended. */
  readonly over: readonly Acknowledgement[];
}

/**
 * Who is told what, as a fold: (what was told, what is) → what is told now. Silence, inhibition, acknowledgement and
 * flapping only ever put a telling off; since each look compares what is with what every webhook was last told, what
 * was put off is said as soon as nothing holds it back and it is still true.
 */
export function decideNotifications(memory: NotificationMemory, now: DecisionInput): NotificationDecision {
  const alerts = alertsByKey(now);
  const drafts = [...new Set([...memory.keys(), ...alerts.keys()])].map((key) =>
    draftOf(memory.get(key), alerts.get(key), now),
  );
  const told = gathered(drafts, now);
  const after = new Map(memory);
  const changed: NotificationState[] = [];
  const forgotten: string[] = [];
  for (const { before, notice } of told) {
    if (isOver(notice, now)) {
      after.delete(notice.key);
      if (before !== undefined) forgotten.push(notice.key);
    } else {
      after.set(notice.key, notice);
      if (before === undefined || differs(before, notice)) changed.push(notice);
    }
  }
  return {
    after,
    changed,
    forgotten,
    alerts: told.flatMap(({ before, notice }) => (isRestamped(before?.alert, notice.alert) ? [notice.alert] : [])),
    seen: new Map(told.map(({ notice: { alert } }) => [alert.id, alert])),
    tellings: told.flatMap(({ tellings }) => tellings),
    over: drafts.flatMap(({ over }) => (over === null ? [] : [over])),
  };
}

function alertsByKey({ firing, resolved }: DecisionInput): ReadonlyMap<string, Alert> {
  return new Map([...resolved, ...firing].map((alert) => [instanceOf(alert.id), alert]));
}

interface Draft {
  readonly before: NotificationState | undefined;
  readonly notice: NotificationState;
  readonly stand: InstanceStatus;
  readonly acknowledgement: Acknowledgement | null;
  readonly over: Acknowledgement | null;
}

/** An instance as it stands now, before anybody is told. */
function draftOf(before: NotificationState | undefined, seen: Alert | undefined, now: DecisionInput): Draft {
  const bare = seen ?? ended(before, now.nowMs);
  const given = now.acknowledgements.get(bare.id) ?? null;
  const firing = bare.state === "firing";
  const holds = given !== null && firing && now.nowMs < given.untilMs && !isWorse(bare, given);
  const acknowledgement = holds ? given : null;
  const flips = flap(before, bare, now.flapping, now.nowMs);
  const flapping = flips.flappingSinceMs !== null;
  // Who had acknowledged it when it ended goes on standing in its row.
  const acknowledgedBy = firing ? (acknowledgement?.by ?? null) : (given?.by ?? before?.alert.acknowledgedBy ?? null);
  const stamped = bare.acknowledgedBy === acknowledgedBy && bare.flapping === flapping;
  const alert: Alert = stamped ? bare : { ...bare, acknowledgedBy, flapping };
  const stand = flapping ? "flapping" : !firing ? "over" : acknowledgement === null ? "firing" : "acknowledged";
  const notice: NotificationState = {
    key: before?.key ?? instanceOf(alert.id),
    alert,
    ...flips,
    mute: firing ? now.muteOf(alert) : null,
    told: before?.told ?? {},
  };
  return { before, notice, stand, acknowledgement, over: holds ? null : given };
}

/** An instance that nobody speaks of any more has ended, whoever forgot to say so. */
function ended(before: NotificationState | undefined, nowMs: number): Alert {
  if (before === undefined) throw new Error("an instance is known from before or seen now");
  const { alert } = before;
  return alert.state === "resolved" ? alert : { ...alert, state: "resolved", resolvedMs: nowMs };
}

const isWorse = (alert: Alert, { severity }: Acknowledgement): boolean =>
  alert.severity === "critical" && severity === "warning";

interface InstanceDecision {
  readonly before: NotificationState | undefined;
  readonly notice: NotificationState;
  readonly tellings: readonly Notification[];
}

/** Tells every listener what it must know; first tellings of a group that is still gathered wait. */
function gathered(drafts: readonly Draft[], now: DecisionInput): readonly InstanceDecision[] {
  const dueMs = groupsDue(drafts, now);
  return drafts.map((draft) => {
    const told: Record<string, LastNotified> = {};
    const tellings: Notification[] = [];
    const { alert } = draft.notice;
    for (const listener of now.listeners) {
      const known = draft.notice.told[listener.id];
      const step = stepOf(listener, draft, now);
      const key = waitingKey(listener, draft, now);
      if (key !== null && (dueMs.get(key) ?? 0) > now.nowMs) {
        told[listener.id] = known ?? waiting(alert, now.nowMs);
      } else if (step.is === "tell") {
        const knownAs = underReceiverId(known, alert);
        const { type, because } = step;
        tellings.push({
          ...{ webhook: listener.id, type, because, alert: knownAs },
          acknowledgement: draft.acknowledgement,
          atMs: now.nowMs,
        });
        const next = lastNotifiedAfter(known, type, alert, now.nowMs);
        if (next !== null) told[listener.id] = next;
      } else if (known !== undefined && step.is === "nothing") told[listener.id] = easedNotification(known, alert);
    }
    const same = isSame(draft.notice.told, told);
    return { before: draft.before, notice: same ? draft.notice : { ...draft.notice, told }, tellings };
  });
}

function isSame(before: NotificationState["told"], told: NotificationState["told"]): boolean {
  const names = Object.keys(told);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === told[name]);
}

const waiting = ({ id, startedMs, severity }: Alert, atMs: number): LastNotified => ({
  as: "waiting",
  alertId: id,
  startedMs,
  severity,
  atMs,
});

const stepOf = (listener: Receiver, { notice, stand }: Draft, { repeat, nowMs }: DecisionInput) =>
  nextAction(listener, { notice, stand, repeat, nowMs });

/** The group in which a first telling waits for others; null for what is told at once. */
function waitingKey(listener: Receiver, draft: Draft, now: DecisionInput): string | null {
  if (listener.group === null || listener.group.waitMs === 0) return null;
  const step = stepOf(listener, draft, now);
  if (step.is !== "tell" || step.because !== "first") return null;
  return `${listener.id} ${groupKey(listener.group, draft.notice.alert)}`;
}

/** By group: when the one who has waited longest has waited enough. Then all of them are told. */
function groupsDue(drafts: readonly Draft[], now: DecisionInput): ReadonlyMap<string, number> {
  const dueMs = new Map<string, number>();
  for (const listener of now.listeners) {
    if (listener.group === null || listener.group.waitMs === 0) continue;
    for (const draft of drafts) {
      const key = waitingKey(listener, draft, now);
      if (key === null) continue;
      const sinceMs = Math.min(draft.notice.told[listener.id]?.atMs ?? now.nowMs, now.nowMs);
      dueMs.set(key, Math.min(dueMs.get(key) ?? Number.POSITIVE_INFINITY, sinceMs + listener.group.waitMs));
    }
  }
  return dueMs;
}

/** Nothing is open anywhere, and no flip of it is young enough to count with another. */
function isOver(
  { alert, told, flappingSinceMs, flipsMs }: NotificationState,
  { flapping, nowMs }: DecisionInput,
): boolean {
  if (alert.state === "firing" || flappingSinceMs !== null || Object.keys(told).length > 0) return false;
  return nowMs - (flipsMs.at(-1) ?? 0) > flapping.withinMs;
}

/**
 * Whether a notice must be written anew. What is measured of an alert, or of the one that mutes it, changes at every
 * poll and is kept in the alerts' own rows. What did not change is the same object: thousands are compared at each look.
 */
const differs = (a: NotificationState, b: NotificationState): boolean =>
  a.alert.id !== b.alert.id ||
  a.alert.state !== b.alert.state ||
  a.flipsMs !== b.flipsMs ||
  a.flappingSinceMs !== b.flappingSinceMs ||
  a.told !== b.told ||
  a.mute?.id !== b.mute?.id ||
  endOf(a.mute) !== endOf(b.mute);

const endOf = (mute: Mute | null): number | null => (mute?.by === "silence-window" ? mute.untilMs : null);

function isRestamped(before: Alert | undefined, alert: Alert): boolean {
  const stood = before?.id === alert.id ? before : { acknowledgedBy: null, flapping: false };
  return stood.acknowledgedBy !== alert.acknowledgedBy || stood.flapping !== alert.flapping;
}
