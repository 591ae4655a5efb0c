import { evaluate } from "@/lib/alerts/evaluate";
import { type Instance, instancesOf, keyOf, type Labels, type Reading } from "@/lib/alerts/measure";
import type { Alert, AlertEvent, Rule } from "@/lib/alerts/rule";
import { matches } from "@/lib/alerts/rules";
import { close, type Held, type Step, step, stepBlind } from "@/lib/alerts/state";

/** Open alerts by instance key. Quiet instances are not remembered, so memory is bounded by what is wrong. */
export type AlertMemory = ReadonlyMap<string, Held>;

export interface Judged {
  readonly rules: readonly Rule[];
  /** Everything measured now of what this memory is about; what is missing here has no data. */
  readonly readings: readonly Reading[];
  /** Labels of what ended for good, for example a departed client: alerts carrying all of them resolve. */
  readonly gone: readonly Labels[];
  readonly nowMs: number;
}

export interface Judgement {
  readonly after: AlertMemory;
  /**
   * Every alert whose stored row must change, pending ones too, to be kept in the same transaction as `events`. A
   * pending alert that cleared comes once as `resolved` with `firedMs: null`: it never fired and is nothing to show.
   */
  readonly changed: readonly Alert[];
  readonly events: readonly AlertEvent[];
}

/**
 * The alert engine as a fold: (memory, what was read, now) → memory, rows to keep, events to tell.
 *
 * An alert fires once after its condition held for `forMs`, again under the same id when it rises to critical, and
 * resolves once. A value of null, or no reading at all, holds the state. Rows of firing alerts change with the value.
 */
export function judge(memory: AlertMemory, judged: Judged): Judgement {
  const after = new Map(memory);
  const changed: Alert[] = [];
  const events: AlertEvent[] = [];
  const instances = instancesOf(judged.rules, judged.readings, idleBeside(memory));
  for (const key of new Set([...instances.keys(), ...memory.keys()])) {
    const before = memory.get(key) ?? null;
    const next = nextStep(before, instances.get(key) ?? null, judged);
    if (next.is === "quiet") continue;
    const alert = "held" in next ? next.held.alert : next.alert;
    if ("held" in next) after.set(key, next.held);
    else after.delete(key);
    if (!("held" in next) || next.changed) changed.push(alert);
    const type = eventOf(next);
    if (type !== null) events.push({ type, alert, atMs: judged.nowMs });
  }
  return { after, changed, events };
}

/**
 * Rebuilds the memory from the stored open alerts, so that a restart fires nothing twice and forgets nothing.
 * `aliveUntilMs` is the last instant the former process is known to have judged (its newest sample): a pending alert
 * has held from its start until then, and the time nobody looked does not count. null: it starts to hold anew.
 */
export function fromStored(alerts: readonly Alert[], aliveUntilMs: number | null = null): AlertMemory {
  const memory = new Map<string, Held>();
  for (const alert of alerts) {
    if (alert.state === "resolved") continue;
    const warning = Math.max(0, (aliveUntilMs ?? alert.startedMs) - alert.startedMs);
    const critical = alert.severity === "critical" ? warning : null;
    memory.set(keyOf(alert.rule, alert.labels), { alert, heldMs: { warning, critical }, judgedMs: null });
  }
  return memory;
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
    if (value !== null && evaluate(rule, value) !== "clear") return false;
    const known = open.get(rule.id);
    return known === undefined || Object.values(labels).some((label) => !known.has(label));
  };
}

function nextStep(before: Held | null, instance: Instance | null, judged: Judged): Step {
  if (before !== null) {
    const { rule: id, labels } = before.alert;
    const isWatched = judged.rules.some((rule) => rule.id === id && matches(rule, labels));
    if (!isWatched) return close(before, "no-rule", judged.nowMs);
    if (judged.gone.some((ended) => carries(labels, ended))) return close(before, "gone", judged.nowMs);
  }
  if (instance === null || instance.value === null) return before === null ? { is: "quiet" } : stepBlind(before);
  return step(before, { ...instance, value: instance.value }, judged.nowMs);
}

const carries = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

function eventOf({ is }: Step): AlertEvent["type"] | null {
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
