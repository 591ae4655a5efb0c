import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import type { Instance } from "@/lib/alerts/engine/measure";
import { scopeOf, VISIBILITY_SIGNALS } from "@/lib/alerts/engine/target-visibility";
import { NO_WINDOW_STATE, type WindowState } from "@/lib/alerts/engine/window-state";
import type { Alert, AlertEvent } from "@/lib/alerts/model/alert";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule, Severity } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";

/** The readings of one instant, epoch ms. Ticks are in the order of time. */
export interface ReplayTick {
  readonly atMs: number;
  readonly readings: readonly Reading[];
  /** Labels of what ended for good. */
  readonly ended?: readonly Labels[];
}

export interface Replay {
  readonly rules: readonly Rule[];
  readonly ticks: readonly ReplayTick[];
  /** Called with what rules about a rate, a forecast or an absence compared with their thresholds. */
  readonly watch?: (compared: Instance, atMs: number) => void;
}

/** A span in which an alert had one state and one severity. A period that is open at the end ends with the last tick. */
export interface Period {
  readonly alert: string;
  readonly rule: string;
  readonly labels: Labels;
  readonly severity: Severity;
  readonly state: "pending" | "firing";
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Replayed {
  readonly events: readonly AlertEvent[];
  /** In the order in which they began. */
  readonly periods: readonly Period[];
}

/**
 * The alerts that rules would have raised in a recorded time, by the same fold that evaluates the present. Each broker
 * and source is evaluated by itself, as it is polled. One without `broker.up` or `jobs.source.up` in the timeline was
 * reachable.
 */
export function replay({ rules, ticks, watch }: Replay): Replayed {
  const memories = new Map<string, { readonly alerts: AlertMemory; readonly windows: WindowState }>();
  const hasVisibility = new Set(ticks.flatMap(({ readings }) => readings.filter(isVisibility).map(scopeOfReading)));
  const events: AlertEvent[] = [];
  const spans = spansOf();
  for (const { atMs, readings, ended = [] } of ticks) {
    for (const [scope, read] of byScope(readings, ended)) {
      const memory = memories.get(scope) ?? { alerts: new Map(), windows: NO_WINDOW_STATE };
      const seen = hasVisibility.has(scope) ? read.readings : [...read.readings, visibleReading(scope)];
      const { alerts, windows } = memory;
      const judged = evaluateAlerts(alerts, { rules, readings: seen, ended: read.ended, nowMs: atMs, windows });
      memories.set(scope, { alerts: judged.after, windows: judged.windows });
      events.push(...judged.events);
      if (watch !== undefined) for (const instance of judged.compared.values()) watch(instance, atMs);
      for (const alert of judged.changed) spans.change(alert, atMs);
    }
  }
  return { events, periods: spans.all(ticks.at(-1)?.atMs ?? 0) };
}

const isVisibility = ({ signal }: Reading): boolean =>
  signal === VISIBILITY_SIGNALS.broker || signal === VISIBILITY_SIGNALS.source;

const scopeOfReading = ({ labels }: Reading): string => scopeOf(labels);

function visibleReading(scope: string): Reading {
  const at = scope.indexOf(":");
  const [kind, id] = [scope.slice(0, at), scope.slice(at + 1)];
  const signal = kind === "source" ? VISIBILITY_SIGNALS.source : VISIBILITY_SIGNALS.broker;
  return { signal, labels: { [kind]: id }, value: 1 };
}

interface Read {
  readonly readings: Reading[];
  readonly ended: Labels[];
}

function byScope(readings: readonly Reading[], ended: readonly Labels[]): ReadonlyMap<string, Read> {
  const scopes = new Map<string, Read>();
  const of = (scope: string): Read => {
    const known = scopes.get(scope) ?? { readings: [], ended: [] };
    scopes.set(scope, known);
    return known;
  };
  for (const reading of readings) of(scopeOfReading(reading)).readings.push(reading);
  for (const labels of ended) of(scopeOf(labels)).ended.push(labels);
  return scopes;
}

/** Collects periods from the rows that change: one ends where the next of the same alert begins. */
function spansOf() {
  const open = new Map<string, Period>();
  const closed: Period[] = [];
  const end = (id: string, toMs: number): void => {
    const period = open.get(id);
    if (period !== undefined) closed.push({ ...period, toMs });
    open.delete(id);
  };
  return {
    change({ id, rule, labels, severity, state }: Alert, atMs: number): void {
      const period = open.get(id);
      if (period?.state === state && period.severity === severity) return;
      end(id, atMs);
      if (state === "resolved") return;
      open.set(id, { alert: id, rule, labels, severity, state, fromMs: atMs, toMs: atMs });
    },
    all(endMs: number): readonly Period[] {
      for (const id of [...open.keys()]) end(id, endMs);
      return closed.toSorted((a, b) => a.fromMs - b.fromMs);
    },
  };
}
