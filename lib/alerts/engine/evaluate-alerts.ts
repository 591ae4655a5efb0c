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

/** Open alerts by instance key. Instances without an alert are not in it, so memory is bounded by what is wrong. */
export type AlertMemory = ReadonlyMap<string, PendingAlert>;

export interface EvaluationInput {
  readonly rules: readonly Rule[];
  /**
   * The measured values of this scope, among them whether its broker or source was reachable (`broker.up`,
   * `jobs.source.up`), which says why a value is missing: unreachable, not polled this time, or no data.
   */
  readonly readings: readonly Reading[];
  /**
   * Labels of objects that ended for good, for example a departed client: alerts with all of these labels resolve,
   * unless their rule is about absence.
   */
  readonly ended: readonly Labels[];
  /** Labels of objects that are no longer in the configuration: nobody knows whether their trouble is over. */
  readonly unwatched?: readonly Labels[];
  readonly nowMs: number;
  /** The `windows` of the previous evaluation; absent: there was none. */
  readonly windows?: WindowState;
}

export interface EvaluatedAlerts {
  readonly after: AlertMemory;
  /** For the next evaluation: what rates, forecasts and absences need of the past. Not stored. */
  readonly windows: WindowState;
  /** What rules about a rate, a forecast or an absence compared with their thresholds, by instance key. */
  readonly compared: ReadonlyMap<string, Instance>;
  /** The number of instances beyond the bound of `windows`. */
  readonly leftOut: number;
  /**
   * Every alert whose stored row must change, pending ones too, to be stored in the same transaction as `events`. A
   * pending alert that cleared comes once as `resolved` with `firedMs: null`: it never fired and is not shown.
   */
  readonly changed: readonly Alert[];
  /** What a restart needs of open alerts; to be stored with them. */
  readonly holds: readonly PendingState[];
  readonly events: readonly AlertEvent[];
}

/**
 * The alert engine as a fold: (memory, readings, now) → memory, rows to store, events to notify of.
 *
 * An alert fires once after its condition held for `forMs`, again under the same id when it rises to critical, and
 * resolves once, after it has been clear for `keepFiringMs`. A value of null, or an unreachable broker or source,
 * holds the state. Rows of firing alerts change with the value.
 */
export const evaluateAlerts = (memory: AlertMemory, input: EvaluationInput): EvaluatedAlerts =>
  finished(evaluateInStages(memory, input));

/** Instances between two yields: some 10 ms of work. */
const STAGE_INSTANCES = 500;

/** The same in stages, each a small part of the work: ten thousand instances take a fifth of a second. */
export function* evaluateInStages(memory: AlertMemory, input: EvaluationInput): Stages<EvaluatedAlerts> {
  const { nowMs, ended } = input;
  const after = new Map(memory);
  const changed: Alert[] = [];
  const holds: PendingState[] = [];
  const events: AlertEvent[] = [];
  const rules = mostSpecificFirst(input.rules);
  const visibility = targetVisibility(input.readings);
  const read = instancesOf(rules, input.readings, isIdleBeside(memory));
  yield;
  const windowInput = { rules, ended, visibility, open: memory, nowMs };
  const windows = updateWindow(input.windows ?? NO_WINDOW_STATE, read, windowInput);
  const context = { ...input, rules, visibility, over: windows.over };
  let evaluated = 0;
  for (const key of new Set([...read.keys(), ...windows.instances.keys(), ...memory.keys()])) {
    if (evaluated++ % STAGE_INSTANCES === 0) yield;
    const instance = windows.instances.get(key) ?? read.get(key) ?? null;
    const before = memory.get(key) ?? null;
    const next = nextTransition(before, instance, context);
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
  const { instances: compared, leftOut } = windows;
  return { after, windows: windows.after, compared, leftOut, changed, holds, events };
}

/**
 * Rebuilds the memory from the stored open alerts, so that a restart fires nothing twice and forgets nothing.
 * `aliveUntilMs` is the last instant at which the former process is known to have evaluated (its newest sample), null where that
 * is not known. An alert continues from its stored hold. One without a hold (an older version wrote it) has held from its
 * start until then; the time without a process does not count.
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
  return { alert, heldMs, judgedMs: untilMs, measuredMs: untilMs, blind: true };
}

/**
 * Whether a rule can be skipped for a reading: it is clear or not measured, and no alert of it can be open. An alert
 * can be open where each of the reading's labels is a label of some open alert of the rule.
 */
function isIdleBeside(memory: AlertMemory): (rule: Rule, reading: Reading) => boolean {
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

interface EvaluationContext extends EvaluationInput {
  readonly visibility: TargetVisibility;
  readonly over: ReadonlySet<string>;
}

function nextTransition(
  before: PendingAlert | null,
  instance: Instance | null,
  context: EvaluationContext,
): Transition {
  const { nowMs, visibility } = context;
  if (before !== null) {
    const closing = closingFor(before.alert, context);
    if (closing !== null) return close(before, closing, nowMs);
  }
  if (instance !== null && instance.value !== null)
    return advance(before, { ...instance, value: instance.value }, nowMs);
  if (before === null) return { is: "quiet" };
  const { labels } = before.alert;
  const isNotPolled = instance === null && visibility.seen(labels) !== false && !wasPolled(labels, visibility);
  return isNotPolled && isFresh(before, nowMs) ? advanceNotPolled(before, nowMs) : advanceBlind(before);
}

/** An object that is missing from a tick that polled its kind has no data. A tick about other objects did not poll it. */
const wasPolled = (labels: Labels, visibility: TargetVisibility): boolean =>
  visibility.seen(labels) === true && visibility.isPolled(labels);

function closingFor(
  { rule: id, labels }: Alert,
  { rules, ended, unwatched = [], over }: EvaluationContext,
): "no-rule" | "gone" | null {
  if (unwatched.some((object) => carries(labels, object))) return "no-rule";
  const rule = ruleFor(rules, id, labels);
  if (rule === null || !rule.enabled) return "no-rule";
  const isOver =
    rule.condition.kind === "absent" ? over.has(keyOf(id, labels)) : ended.some((object) => carries(labels, object));
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
