import { type AbsenceState, beginAbsence, followAbsence } from "@/lib/alerts/engine/absence";
import { addPoint, fitLine, type LinearFit, type Point } from "@/lib/alerts/engine/linear-fit";
import { type Instance, keyOf } from "@/lib/alerts/engine/measure";
import { ruleFor } from "@/lib/alerts/engine/rules-in-force";
import type { WindowInput } from "@/lib/alerts/engine/window-input";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Context } from "@/lib/base/messages/sentence/context";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/**
 * What is remembered of instances whose rule compares a rate, a forecast or an absence, by instance key. Bounded: so
 * many instances, so many points each, and an absence ends after a day.
 */
export type WindowState = ReadonlyMap<string, WindowPoints>;

export type WindowPoints = Window | AbsenceState;

interface Window {
  readonly is: "window";
  readonly points: readonly Point[];
  /** An instance that is not measured any more is forgotten once its window has passed. */
  readonly untilMs: number;
}

export const NO_WINDOW_STATE: WindowState = new Map();

/** Of one broker or source. Sixty points of each are about 4 MB; instances beyond are not followed, and counted. */
export const INSTANCES_MAX = 2_000;

export interface WindowUpdate {
  readonly after: WindowState;
  /** The instances of these rules, with the value their condition compares; null where it cannot be told yet. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Keys of absences that lasted a day: whoever is away for longer is gone. */
  readonly over: ReadonlySet<string>;
  /** Instances beyond the bound, of which these rules say nothing. */
  readonly leftOut: number;
}

/** The points of a window, after our clock was set by `byMs`. */
export const shiftPoints = (window: WindowPoints, byMs: number): WindowPoints =>
  window.is === "window" ? { ...window, points: window.points.map(([atMs, value]) => [atMs + byMs, value]) } : window;

const NOTHING: WindowUpdate = { after: NO_WINDOW_STATE, instances: new Map(), over: new Set(), leftOut: 0 };

const needsLookback = ({ condition }: Rule): boolean => condition.kind !== "value";

/** (what was remembered, what was measured) → what is remembered, and the instances as their conditions see them. */
export function updateWindow(
  before: WindowState,
  measured: ReadonlyMap<string, Instance>,
  looking: WindowInput,
): WindowUpdate {
  if (!looking.rules.some(needsLookback)) return NOTHING;
  const after = new Map<string, WindowPoints>();
  const instances = new Map<string, Instance>();
  const over = new Set<string>();
  for (const [key, known] of [...before, ...recalled(before, looking)]) {
    if (known.is === "window") {
      if (measured.has(key) || known.untilMs >= looking.nowMs) after.set(key, known);
      continue;
    }
    const next = followAbsence(known, key, measured.get(key)?.value ?? null, looking);
    if (next === null) continue;
    if (next.after === null) over.add(key);
    else after.set(key, next.after);
    if (next.instance !== null) instances.set(key, next.instance);
  }
  const leftOut = takeIn(measured, after, instances, looking.nowMs);
  return { after, instances, over, leftOut };
}

/** Windows take in what was measured, newcomers begin. Answers how many there was no room for. */
function takeIn(
  measured: ReadonlyMap<string, Instance>,
  after: Map<string, WindowPoints>,
  instances: Map<string, Instance>,
  nowMs: number,
): number {
  let leftOut = 0;
  for (const [key, instance] of measured) {
    if (!needsLookback(instance.rule) || instances.has(key)) continue;
    const known = after.get(key) ?? null;
    if (known === null && after.size >= INSTANCES_MAX) {
      leftOut += 1;
      instances.set(key, { ...instance, value: null });
      continue;
    }
    const next =
      instance.rule.condition.kind === "absent" ? beginAbsence(instance, nowMs) : widen(known, instance, nowMs);
    if (next.after !== null) after.set(key, next.after);
    instances.set(key, next.instance);
  }
  return leftOut;
}

/** Absences that were open when the process ended are remembered by their alerts, which tell how long they had lasted. */
function recalled(
  before: WindowState,
  { rules, open, nowMs }: WindowInput,
): readonly (readonly [string, AbsenceState])[] {
  if (!rules.some(({ condition }) => condition.kind === "absent")) return [];
  return [...open.values()].flatMap(({ alert }) => {
    const { rule, labels, value } = alert;
    const key = keyOf(rule, labels);
    if (before.has(key) || ruleFor(rules, rule, labels)?.condition.kind !== "absent") return [];
    const absentMs = (value ?? 0) * SECOND;
    return [[key, { is: "absence", rule, labels, gone: true, absentMs, lookedMs: nowMs }] as const];
  });
}

function widen(
  known: WindowPoints | null,
  instance: Instance,
  nowMs: number,
): { readonly after: Window | null; readonly instance: Instance } {
  const { condition } = instance.rule;
  const before = known?.is === "window" ? known : null;
  if (instance.value === null || condition.kind === "value" || condition.kind === "absent") {
    return { after: before, instance: { ...instance, value: null } };
  }
  const { overMs } = condition;
  const points = addPoint(before?.points ?? [], [nowMs, instance.value], overMs);
  const line = fitLine(points, overMs);
  const value = line === null ? null : compared(line, instance.rule);
  const context = line === null ? instance.context : { ...instance.context, ...told(line) };
  return { after: { is: "window", points, untilMs: nowMs + overMs }, instance: { ...instance, value, context } };
}

function compared(line: LinearFit, { condition }: Rule): number {
  return condition.kind === "forecast" ? line.at + (line.perMinute * condition.withinMs) / MINUTE : line.perMinute;
}

/** For the sentence: what is measured now, and how it grows. */
const told = ({ now, perMinute }: LinearFit): Context => ({ valueNow: now, slopePerMinute: perMinute });
