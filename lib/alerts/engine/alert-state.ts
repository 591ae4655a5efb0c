import { type Evaluation, evaluate, hasEased, thresholdOf } from "@/lib/alerts/engine/evaluate";
import type { Instance } from "@/lib/alerts/engine/measure";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import type { SummaryFacts } from "@/lib/alerts/model/summary-input";
import { summarise } from "@/lib/alerts/text/summary";
import { isObserved, observedMs } from "@/lib/base/time/elapsed";

/** One open alert and what its next evaluation needs. Resolved alerts are dropped. */
export interface PendingAlert {
  readonly alert: Alert;
  /** For how long the value has been at or beyond each threshold, or clear, without a break, ms; null: it is not. */
  readonly heldMs: DurationsMs;
  /** Until when `heldMs` is counted: the last tick that had a value, or did not poll the object, epoch ms. */
  readonly judgedMs: number;
  /** When a value was last evaluated, epoch ms; after a restart the end of the former process. */
  readonly measuredMs: number;
  /** There has been no data since then: that time does not count. */
  readonly blind: boolean;
}

/**
 * Since when an alert's conditions have held. Instants rarely change, so these are stored and not the durations. All are
 * epoch ms; null: it does not hold. `frozenMs`: until when they held, where there has been no data since.
 */
export interface PendingState {
  readonly alert: string;
  readonly warningMs: number | null;
  readonly criticalMs: number | null;
  readonly clearMs: number | null;
  readonly frozenMs: number | null;
}

export function pendingStateOf({ alert, heldMs, judgedMs, blind }: PendingAlert): PendingState {
  const since = (ms: number | null): number | null => (ms === null ? null : judgedMs - ms);
  return {
    alert: alert.id,
    warningMs: since(heldMs.warning),
    criticalMs: since(heldMs.critical),
    clearMs: since(heldMs.clear),
    frozenMs: blind ? judgedMs : null,
  };
}

/** A stored alert, continued at `aliveUntilMs`, the last instant at which the former process is known to have evaluated. */
export function resumePending(alert: Alert, hold: PendingState, aliveUntilMs: number): PendingAlert {
  const untilMs = hold.frozenMs ?? aliveUntilMs;
  const held = (sinceMs: number | null): number | null => (sinceMs === null ? null : Math.max(0, untilMs - sinceMs));
  const heldMs = { warning: held(hold.warningMs), critical: held(hold.criticalMs), clear: held(hold.clearMs) };
  return { alert, heldMs, judgedMs: untilMs, measuredMs: untilMs, blind: hold.frozenMs !== null };
}

export const isSamePendingState = (a: PendingState, b: PendingState): boolean =>
  a.warningMs === b.warningMs && a.criticalMs === b.criticalMs && a.clearMs === b.clearMs && a.frozenMs === b.frozenMs;

type DurationsMs = Readonly<Record<Severity | "clear", number | null>>;

/** The result for one instance. After `resolved` and `dropped` nothing is left in memory; a dropped alert never fired. */
export type Transition =
  | { readonly is: "quiet" }
  | { readonly is: "pending" | "fired" | "firing" | "risen"; readonly held: PendingAlert; readonly changed: boolean }
  | { readonly is: "resolved" | "dropped"; readonly alert: Alert };

type StateInput = Instance & { readonly value: number };

/** Evaluates one measured value of one instance: quiet → pending → firing → resolved. */
export function advance(before: PendingAlert | null, instance: StateInput, nowMs: number): Transition {
  const { rule, value } = instance;
  const evaluation = evaluate(rule, value);
  if (before === null) {
    return evaluation === "clear" || evaluation === "between" ? { is: "quiet" } : begin(instance, evaluation, nowMs);
  }
  const heldMs = durationsAfter(before, evaluation, nowMs);
  if (evaluation === "clear" && (before.alert.state === "pending" || hasHeld(heldMs.clear, rule.keepFiringMs))) {
    return resolve(before, instance, nowMs);
  }
  // Between the thresholds a firing alert is held; a pending one no longer meets its condition.
  if (before.alert.state === "pending" && evaluation === "between") return resolve(before, instance, nowMs);
  return settleSeverity(
    { ...before, heldMs, judgedMs: nowMs, measuredMs: nowMs, blind: false },
    before.alert,
    instance,
    nowMs,
  );
}

/** The step without data: a firing alert stays and is marked, a pending one waits. Nothing fires and nothing resolves. */
export function advanceBlind(before: PendingAlert): Transition {
  const { alert } = before;
  const changed = alert.state === "firing" && !alert.noData;
  const held = { ...before, alert: changed ? { ...alert, noData: true } : alert, blind: true };
  return { is: alert.state === "firing" ? "firing" : "pending", held, changed };
}

/** The step of a tick that did not poll the object: what held goes on, as it does over a restart at this tick. */
export function advanceNotPolled(before: PendingAlert, nowMs: number): Transition {
  const stepMs = observedMs(before.judgedMs, nowMs);
  const longer = (heldMs: number | null): number | null => (heldMs === null ? null : heldMs + stepMs);
  const { warning, critical, clear } = before.heldMs;
  const heldMs = { warning: longer(warning), critical: longer(critical), clear: longer(clear) };
  const is = before.alert.state === "firing" ? "firing" : "pending";
  return { is, held: { ...before, heldMs, judgedMs: nowMs }, changed: false };
}

/** Whether an alert was evaluated so recently that the next value still covers the time between. */
export const isFresh = ({ measuredMs, blind }: PendingAlert, nowMs: number): boolean =>
  !blind && isObserved(measuredMs, nowMs);

/** Why an alert ended although no value cleared it: its object ended for good, or no rule applies any more. */
export type Closing = "gone" | "no-rule";

export function close({ alert }: PendingAlert, closing: Closing, nowMs: number): Transition {
  const resolvedMs = endOf(alert, nowMs);
  const ended: Alert = { ...alert, state: "resolved", resolvedMs, noData: false };
  if (alert.state === "pending") return { is: "dropped", alert: ended };
  const known = closing === "gone" ? alert.facts : null;
  const facts: SummaryFacts = {
    ...(known?.condition === undefined ? {} : { condition: known.condition }),
    context: known?.context ?? {},
    outcome: closing,
    lastedMs: resolvedMs - alert.startedMs,
  };
  return { is: "resolved", alert: withSentence(ended, facts) };
}

function begin(instance: StateInput, evaluation: Severity, nowMs: number): Transition {
  const { rule, labels, value, key } = instance;
  const alert: AlertDraft = {
    id: `${key}-${nowMs.toString(36)}`,
    rule: rule.id,
    severity: evaluation,
    state: "pending",
    labels,
    value,
    threshold: thresholdOf(rule, evaluation),
    startedMs: nowMs,
    firedMs: null,
    resolvedMs: null,
    inferred: rule.inferred,
    acknowledgedBy: null,
    flapping: false,
    noData: false,
    incident: null,
  };
  const heldMs: DurationsMs = { warning: 0, critical: evaluation === "critical" ? 0 : null, clear: null };
  const held = {
    alert: withSentence(alert, factsOf(instance)),
    heldMs,
    judgedMs: nowMs,
    measuredMs: nowMs,
    blind: false,
  };
  return settleSeverity(held, null, instance, nowMs);
}

function settleSeverity(held: PendingAlert, stored: Alert | null, instance: StateInput, nowMs: number): Transition {
  const { rule, value } = instance;
  const evaluation = evaluate(rule, value);
  const critical = hasHeld(held.heldMs.critical, rule.forMs);
  const fires = critical || hasHeld(held.heldMs.warning, rule.forMs);
  const wasFiring = held.alert.state === "firing";
  const severity = wasFiring ? severityHeld(held.alert, instance, critical) : severityNew(evaluation, fires, critical);
  const now: AlertDraft = {
    ...held.alert,
    severity,
    state: wasFiring || fires ? "firing" : "pending",
    firedMs: held.alert.firedMs ?? (fires ? nowMs : null),
    value,
    threshold: thresholdOf(rule, severity),
    noData: false,
  };
  const alert = withSentence(now, factsOf(instance));
  const risen = wasFiring && severity === "critical" && held.alert.severity === "warning";
  const changed = stored === null || differs(stored, alert);
  return { is: transitionOf(alert, wasFiring, risen), held: { ...held, alert }, changed };
}

function transitionOf(alert: Alert, wasFiring: boolean, risen: boolean): "pending" | "fired" | "firing" | "risen" {
  if (alert.state === "pending") return "pending";
  if (!wasFiring) return "fired";
  return risen ? "risen" : "firing";
}

/** A value critical for less than `forMs` fires as a warning when the warning has held long enough. */
function severityNew(evaluation: Evaluation, fires: boolean, critical: boolean): Severity {
  if (evaluation !== "critical") return "warning";
  return fires && !critical ? "warning" : "critical";
}

/** An alert that `keepFiringMs` holds keeps its severity: otherwise the next bad value would raise it again, with another notification. */
function severityHeld(alert: Alert, { rule, value }: StateInput, critical: boolean): Severity {
  if (critical) return "critical";
  if (evaluate(rule, value) === "clear") return alert.severity;
  return alert.severity === "critical" && hasEased(rule, value) ? "warning" : alert.severity;
}

function resolve({ alert }: PendingAlert, instance: StateInput, nowMs: number): Transition {
  const resolvedMs = endOf(alert, nowMs);
  const ended: Alert = { ...alert, state: "resolved", resolvedMs, value: instance.value, noData: false };
  if (alert.state === "pending") return { is: "dropped", alert: ended };
  const facts: SummaryFacts = { ...factsOf(instance), outcome: "cleared", lastedMs: resolvedMs - alert.startedMs };
  return { is: "resolved", alert: withSentence(ended, facts) };
}

/** Never before the alert began, even if the clock was set back. */
const endOf = (alert: Alert, nowMs: number): number => Math.max(nowMs, alert.firedMs ?? alert.startedMs);

/** A clock that was set back neither adds to a duration nor takes from it. */
function durationsAfter(before: PendingAlert, evaluation: Evaluation, nowMs: number): DurationsMs {
  const stepMs = before.blind ? 0 : observedMs(before.judgedMs, nowMs);
  const longer = (heldMs: number | null): number => (heldMs === null ? 0 : heldMs + stepMs);
  return {
    warning: evaluation === "between" || evaluation === "clear" ? null : longer(before.heldMs.warning),
    critical: evaluation === "critical" ? longer(before.heldMs.critical) : null,
    clear: evaluation === "clear" ? longer(before.heldMs.clear) : null,
  };
}

const hasHeld = (heldMs: number | null, forMs: number): boolean => heldMs !== null && heldMs >= forMs;

type AlertDraft = Omit<Alert, "summary" | "facts">;

/** The alert with its sentence, and with what the sentence is made of. */
function withSentence(alert: AlertDraft, facts: SummaryFacts): Alert {
  const { rule, labels, value, threshold } = alert;
  return { ...alert, summary: summarise({ rule, labels, value, threshold, ...facts }), facts };
}

const factsOf = ({ rule: { condition, signal }, context }: Instance): SummaryFacts => ({
  condition,
  signal,
  context,
  outcome: "open",
  lastedMs: 0,
});

const differs = (a: Alert, b: Alert): boolean =>
  a.state !== b.state ||
  a.severity !== b.severity ||
  a.noData !== b.noData ||
  a.value !== b.value ||
  a.summary !== b.summary ||
  a.threshold !== b.threshold;
