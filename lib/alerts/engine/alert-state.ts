import { type Evaluation, evaluate, hasEased, thresholdOf } from "@/lib/alerts/engine/evaluate";
import type { Instance } from "@/lib/alerts/engine/measure";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import type { SummaryFacts } from "@/lib/alerts/model/summary-input";
import { summarise } from "@/lib/alerts/text/summary";
import { isObserved, observedMs } from "@/lib/base/time/elapsed";

/** One open alert and what its next judgement needs. Resolved alerts are forgotten. */
export interface PendingAlert {
  readonly alert: Alert;
  /** For how long the value has been seen at or beyond each threshold, or clear, without a break, ms; null: it is not. */
  readonly heldMs: DurationsMs;
  /** When a value was last judged, epoch ms. */
  readonly judgedMs: number;
  /** There has been no data since then: that time holds nothing. */
  readonly blind: boolean;
}

/**
 * For how long an alert's conditions have held, as the instants since which they do: these change seldom, and so are
 * stored. All are epoch ms; null: it does not hold. `frozenMs`: until when they held, where there is no data since.
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

/** An alert as it was stored, taken up at `aliveUntilMs`, the last instant at which somebody is known to have judged. */
export function resumePending(alert: Alert, hold: PendingState, aliveUntilMs: number): PendingAlert {
  const untilMs = hold.frozenMs ?? aliveUntilMs;
  const held = (sinceMs: number | null): number | null => (sinceMs === null ? null : Math.max(0, untilMs - sinceMs));
  const heldMs = { warning: held(hold.warningMs), critical: held(hold.criticalMs), clear: held(hold.clearMs) };
  return { alert, heldMs, judgedMs: untilMs, blind: hold.frozenMs !== null };
}

export const isSamePendingState = (a: PendingState, b: PendingState): boolean =>
  a.warningMs === b.warningMs && a.criticalMs === b.criticalMs && a.clearMs === b.clearMs && a.frozenMs === b.frozenMs;

type DurationsMs = Readonly<Record<Severity | "clear", number | null>>;

/** What became of one instance. `resolved` and `dropped` leave nothing to remember; a dropped one had never fired. */
export type Transition =
  | { readonly is: "quiet" }
  | { readonly is: "pending" | "fired" | "firing" | "risen"; readonly held: PendingAlert; readonly changed: boolean }
  | { readonly is: "resolved" | "dropped"; readonly alert: Alert };

type StateInput = Instance & { readonly value: number };

/** Judges one measured value of one instance: quiet → pending → firing → resolved. */
export function advance(before: PendingAlert | null, instance: StateInput, nowMs: number): Transition {
  const { rule, value } = instance;
  const verdict = evaluate(rule, value);
  if (before === null) {
    return verdict === "clear" || verdict === "between" ? { is: "quiet" } : begin(instance, verdict, nowMs);
  }
  const heldMs = hold(before, verdict, nowMs);
  if (verdict === "clear" && (before.alert.state === "pending" || hasHeld(heldMs.clear, rule.keepFiringMs))) {
    return settle(before, instance, nowMs);
  }
  // Between the thresholds a firing alert is held, but a pending one has stopped holding what it needs to fire.
  if (before.alert.state === "pending" && verdict === "between") return settle(before, instance, nowMs);
  return settleSeverity({ ...before, heldMs, judgedMs: nowMs, blind: false }, before.alert, instance, nowMs);
}

/** The step without data: a firing alert is kept and marked, a pending one waits. Nothing fires and nothing resolves. */
export function advanceBlind(before: PendingAlert): Transition {
  const { alert } = before;
  const changed = alert.state === "firing" && !alert.noData;
  const held = { ...before, alert: changed ? { ...alert, noData: true } : alert, blind: true };
  return { is: alert.state === "firing" ? "firing" : "pending", held, changed };
}

/** The step of a tick that did not ask: nothing was learnt, and nothing is known to have changed. */
export const advanceNotPolled = (held: PendingAlert): Transition => ({
  is: held.alert.state === "firing" ? "firing" : "pending",
  held,
  changed: false,
});

/** Whether an alert was judged so lately that the next value still tells of the time between. */
export const isFresh = ({ judgedMs, blind }: PendingAlert, nowMs: number): boolean =>
  !blind && isObserved(judgedMs, nowMs);

/** Why an alert ended although no value cleared it: its object ended for good, or nobody asks any more. */
export type Closing = "gone" | "no-rule";

export function close({ alert }: PendingAlert, closing: Closing, nowMs: number): Transition {
  const resolvedMs = endOf(alert, nowMs);
  const ended: Alert = { ...alert, state: "resolved", resolvedMs, noData: false };
  if (alert.state === "pending") return { is: "dropped", alert: ended };
  const facts: SummaryFacts = { context: {}, outcome: closing, lastedMs: resolvedMs - alert.startedMs };
  return { is: "resolved", alert: said(ended, facts) };
}

function begin(instance: StateInput, verdict: Severity, nowMs: number): Transition {
  const { rule, labels, value, key } = instance;
  const alert: AlertDraft = {
    id: `${key}-${nowMs.toString(36)}`,
    rule: rule.id,
    severity: verdict,
    state: "pending",
    labels,
    value,
    threshold: thresholdOf(rule, verdict),
    startedMs: nowMs,
    firedMs: null,
    resolvedMs: null,
    inferred: rule.inferred,
    acknowledgedBy: null,
    flapping: false,
    noData: false,
  };
  const heldMs: DurationsMs = { warning: 0, critical: verdict === "critical" ? 0 : null, clear: null };
  const held = { alert: said(alert, factsOf(instance)), heldMs, judgedMs: nowMs, blind: false };
  return settleSeverity(held, null, instance, nowMs);
}

function settleSeverity(held: PendingAlert, stored: Alert | null, instance: StateInput, nowMs: number): Transition {
  const { rule, value } = instance;
  const verdict = evaluate(rule, value);
  const critical = hasHeld(held.heldMs.critical, rule.forMs);
  const fires = critical || hasHeld(held.heldMs.warning, rule.forMs);
  const wasFiring = held.alert.state === "firing";
  const severity = wasFiring ? severityHeld(held.alert, instance, critical) : severityNew(verdict, fires, critical);
  const now: AlertDraft = {
    ...held.alert,
    severity,
    state: wasFiring || fires ? "firing" : "pending",
    firedMs: held.alert.firedMs ?? (fires ? nowMs : null),
    value,
    threshold: thresholdOf(rule, severity),
    noData: false,
  };
  const alert = said(now, factsOf(instance));
  const risen = wasFiring && severity === "critical" && held.alert.severity === "warning";
  const changed = stored === null || differs(stored, alert);
  return { is: told(alert, wasFiring, risen), held: { ...held, alert }, changed };
}

function told(alert: Alert, wasFiring: boolean, risen: boolean): "pending" | "fired" | "firing" | "risen" {
  if (alert.state === "pending") return "pending";
  if (!wasFiring) return "fired";
  return risen ? "risen" : "firing";
}

/** A value critical for less than `forMs` fires as a warning when the warning has held long enough. */
function severityNew(verdict: Evaluation, fires: boolean, critical: boolean): Severity {
  if (verdict !== "critical") return "warning";
  return fires && !critical ? "warning" : "critical";
}

/** What is only kept firing keeps its severity: it would rise again, and be told again, with the next bad value. */
function severityHeld(alert: Alert, { rule, value }: StateInput, critical: boolean): Severity {
  if (critical) return "critical";
  if (evaluate(rule, value) === "clear") return alert.severity;
  return alert.severity === "critical" && hasEased(rule, value) ? "warning" : alert.severity;
}

function settle({ alert }: PendingAlert, instance: StateInput, nowMs: number): Transition {
  const resolvedMs = endOf(alert, nowMs);
  const ended: Alert = { ...alert, state: "resolved", resolvedMs, value: instance.value, noData: false };
  if (alert.state === "pending") return { is: "dropped", alert: ended };
  const facts: SummaryFacts = { ...factsOf(instance), outcome: "cleared", lastedMs: resolvedMs - alert.startedMs };
  return { is: "resolved", alert: said(ended, facts) };
}

/** Never before the alert began, whatever was done to the clock meanwhile. */
const endOf = (alert: Alert, nowMs: number): number => Math.max(nowMs, alert.firedMs ?? alert.startedMs);

/** A clock set back holds nothing, and takes nothing away either. */
function hold(before: PendingAlert, verdict: Evaluation, nowMs: number): DurationsMs {
  const stepMs = before.blind ? 0 : observedMs(before.judgedMs, nowMs);
  const longer = (heldMs: number | null): number => (heldMs === null ? 0 : heldMs + stepMs);
  return {
    warning: verdict === "between" || verdict === "clear" ? null : longer(before.heldMs.warning),
    critical: verdict === "critical" ? longer(before.heldMs.critical) : null,
    clear: verdict === "clear" ? longer(before.heldMs.clear) : null,
  };
}

const hasHeld = (heldMs: number | null, forMs: number): boolean => heldMs !== null && heldMs >= forMs;

type AlertDraft = Omit<Alert, "summary" | "facts">;

/** The alert with its sentence, and with what the sentence is made of. */
function said(alert: AlertDraft, facts: SummaryFacts): Alert {
  const { rule, labels, value, threshold } = alert;
  return { ...alert, summary: summarise({ rule, labels, value, threshold, ...facts }), facts };
}

const factsOf = ({ rule: { condition, signal }, context }: Instance): SummaryFacts => ({
  ...{ condition, signal, context },
  ...{ outcome: "open", lastedMs: 0 },
});

const differs = (a: Alert, b: Alert): boolean =>
  a.state !== b.state ||
  a.severity !== b.severity ||
  a.noData !== b.noData ||
  a.value !== b.value ||
  a.summary !== b.summary ||
  a.threshold !== b.threshold;
