import { carries } from "@/lib/alerts/engine/absence";
import {
  advance,
  advanceBlind,
  advanceNotPolled,
  close,
  isFresh,
  isSamePendingState,
  type PendingAlert,
  type PendingState,
  pendingStateOf,
  resumePending,
  type Transition,
} from "@/lib/alerts/engine/alert-state";
import { evaluate } from "@/lib/alerts/engine/evaluate";
import { type Instance, instancesOf, keyOf } from "@/lib/alerts/engine/measure";
import { mostSpecificFirst, ruleFor } from "@/lib/alerts/engine/rules-in-force";
import { type TargetVisibility, targetVisibility } from "@/lib/alerts/engine/target-visibility";
import { NO_WINDOW_STATE, updateWindow, type WindowState } from "@/lib/alerts/engine/window-state";
import type { Alert, AlertEvent } from "@/lib/alerts/model/alert";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";
import { finished, type Stages } from "@/lib/base/time/stages";

/** Open alerts by instance key. Quiet instances are not remembered, so memory is bounded by what is wrong. */
export type AlertMemory = ReadonlyMap<string, PendingAlert>;

export interface Evaluated {
  readonly rules: readonly Rule[];
  /**
   * What was measured now of what this memory is about. With it stands whether the broker or source was seen
   * (`broker.up`, `jobs.source.up`), and so why something is missing: not seen, not asked this time, or no data.
   */
  readonly readings: readonly Reading[];
  /** Labels of what ended for good, for example a departed client: alerts carrying all of them resolve, unless their
   * rule is about being absent. */
  readonly gone: readonly Labels[];
  readonly nowMs: number;
  /** What the tick before gave; absent: nothing is remembered of the time before. */
  readonly lookback?: WindowState;
}

export interface EvaluationInput {
  readonly after: AlertMemory;
  /** For the next tick: what rates, forecasts and absences need of the past. Not stored. */
  readonly lookback: WindowState;
  /** What rules about a rate, a forecast or an absence compared with their thresholds, by instance key. */
  readonly compared: ReadonlyMap<string, Instance>;
  /** Instances that no rule about a rate, a forecast or an absence follows for want of room. */
  readonly leftOut: number;
  /**
   * Every alert whose stored row must change, pending ones too, to be kept in the same transaction as `events`. A
   * pending alert that cleared comes once as `resolved` with `firedMs: null`: it never fired and is nothing to show.
   */
  readonly changed: readonly Alert[];
  /** Of open alerts, what a restart needs to go on from where it was; to be kept with them. */
  readonly holds: readonly PendingState[];
  readonly events: readonly AlertEvent[];
}

/**
 * The alert engine as a fold: (memory, what was read, now) → memory, rows to keep, events to tell.
 *
 * An alert fires once after its condition held for `forMs`, again under the same id when it rises to critical, and
 * resolves once, after it has been clear for `keepFiringMs`. A value of null, or a broker or source that cannot be
 * seen, holds the state. Rows of firing alerts change with the value.
 */
export const evaluateAlerts = (memory: AlertMemory, judged: Evaluated): EvaluationInput =>
  finished(evaluateInStages(memory, judged));

/** Instances between two rests: some 10 ms of work. */
const STAGE_INSTANCES = 500;

/** The same in stages, each a small part of the work: ten thousand instances are a fifth of a second. */
export function* evaluateInStages(memory: AlertMemory, judged: Evaluated): Stages<EvaluationInput> {
  const { nowMs, gone } = judged;
  const after = new Map(memory);
  const changed: Alert[] = [];
  const holds: PendingState[] = [];
  const events: AlertEvent[] = [];
  const rules = mostSpecificFirst(judged.rules);
  const sight = targetVisibility(judged.readings);
  const read = instancesOf(rules, judged.readings, idleBeside(memory));
  yield;
  const looked = updateWindow(judged.lookback ?? NO_WINDOW_STATE, read, { rules, gone, sight, open: memory, nowMs });
  const standing = { ...judged, rules, sight, over: looked.over };
  let seen = 0;
  for (const key of new Set([...read.keys(), ...looked.instances.keys(), ...memory.keys()])) {
    if (seen++ % STAGE_INSTANCES === 0) yield;
    const instance = looked.instances.get(key) ?? read.get(key) ?? null;
    const before = memory.get(key) ?? null;
    const next = nextStep(before, instance, standing);
    if (next.is === "quiet") continue;
    const alert = "held" in next ? next.held.alert : next.alert;
    if ("held" in next) {
      after.set(key, next.held);
      const hold = pendingStateOf(next.held);
      if (before === null || !isSamePendingState(hold, pendingStateOf(before))) holds.push(hold);
    } else after.delete(key);
    if (!("held" in next) || next.changed) changed.push(alert);
    const type = eventOf(next);
    if (type !== null) events.push({ type, alert, atMs: nowMs });
  }
  return { after, lookback: looked.after, compared: looked.instances, leftOut: looked.leftOut, changed, holds, events };
}

/**
 * Rebuilds the memory from the stored open alerts, so that a restart fires nothing twice and forgets nothing.
 * `aliveUntilMs` is the last instant the former process is known to have judged (its newest sample), null where that
 * is not known. An alert goes on from its hold. One without (an older version wrote it) has held from its start until
 * then, and the time nobody looked does not count.
 */
export function fromStored(
  alerts: readonly Alert[],
  aliveUntilMs: number | null = null,
  holds: ReadonlyMap<string, PendingState> = new Map(),
): AlertMemory {
  const memory = new Map<string, PendingAlert>();
  for (const alert of alerts) {
    if (alert.state === "resolved") continue;
    const hold = holds.get(alert.id);
    const known = hold !== undefined && aliveUntilMs !== null;
    const held = known ? resumePending(alert, hold, aliveUntilMs) : heldFrom(alert, aliveUntilMs ?? alert.startedMs);
    memory.set(keyOf(alert.rule, alert.labels), held);
  }
  return memory;
}

function heldFrom(alert: Alert, untilMs: number): PendingAlert {
  const warning = Math.max(0, untilMs - alert.startedMs);
  const heldMs = { warning, critical: alert.severity === "critical" ? warning : null, clear: null };
  return { alert, heldMs, judgedMs: untilMs, blind: true };
}

/**
 * Whether a rule has nothing to say of a reading: it is clear or not measured, and no alert of it can be open. An
 * alert can be where each of the reading's labels is a label of some open alert of the rule.
 */
function idleBeside(memory: AlertMemory): (rule: Rule, reading: Reading) => boolean {
  const open = new Map<string, Set<string>>();
  for (const { alert } of memory.values()) {
    const values = open.get(alert.rule) ?? new Set();
    for (const value of Object.values(alert.labels)) values.add(value);
    open.set(alert.rule, values);
  }
  return (rule, { labels, value }) => {
    if (rule.condition.kind !== "value") return false;
    if (value !== null && evaluate(rule, value) !== "clear") return false;
    const known = open.get(rule.id);
    return known === undefined || Object.values(labels).some((label) => !known.has(label));
  };
}

interface StoredAlertState extends Evaluated {
  readonly sight: TargetVisibility;
  readonly over: ReadonlySet<string>;
}

function nextStep(before: PendingAlert | null, instance: Instance | null, standing: StoredAlertState): Transition {
  const { nowMs, sight } = standing;
  if (before !== null) {
    const closing = closingOf(before.alert, standing);
    if (closing !== null) return close(before, closing, nowMs);
  }
  if (instance !== null && instance.value !== null)
    return advance(before, { ...instance, value: instance.value }, nowMs);
  if (before === null) return { is: "quiet" };
  const { labels } = before.alert;
  const isUnasked = instance === null && sight.seen(labels) !== false && !isAsked(labels, sight);
  return isUnasked && isFresh(before, nowMs) ? advanceNotPolled(before) : advanceBlind(before);
}

/** What is missing from a tick that looked at its like has no data. A tick that only heard of others did not look. */
const isAsked = (labels: Labels, sight: TargetVisibility): boolean =>
  sight.seen(labels) === true && sight.lookedAt(labels);

function closingOf({ rule: id, labels }: Alert, { rules, gone, over }: StoredAlertState): "no-rule" | "gone" | null {
  const rule = ruleFor(rules, id, labels);
  if (rule === null || !rule.enabled) return "no-rule";
  const isOver =
    rule.condition.kind === "absent" ? over.has(keyOf(id, labels)) : gone.some((ended) => carries(labels, ended));
  return isOver ? "gone" : null;
}

function eventOf({ is }: Transition): AlertEvent["type"] | null {
  switch (is) {
    case "fired":
    case "risen":
      return "alert.firing";
    case "resolved":
      return "alert.resolved";
    case "quiet":
    case "pending":
    case "firing":
    case "dropped":
      return null;
    default:
      return is satisfies never;
  }
}
