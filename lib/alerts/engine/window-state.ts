import { type AbsenceState, beginAbsence, followAbsence } from "@/lib/alerts/engine/absence";
import { type Instance, keyOf } from "@/lib/alerts/engine/measure";
import { ruleFor } from "@/lib/alerts/engine/rules-in-force";
import type { WindowInput } from "@/lib/alerts/engine/window-input";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Context } from "@/lib/base/messages/sentence/context";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { addLevel, type Level, type Slope, slopeOf } from "@/lib/base/time/trend";

/**
 * The past of instances whose rule compares a rate, a forecast or an absence, by instance key. Bounded: the number of
 * instances, the points of each, and an absence ends after a day.
 */
export type WindowState = ReadonlyMap<string, WindowPoints>;

export type WindowPoints = Window | AbsenceState;

interface Window {
  readonly is: "window";
  readonly points: readonly Level[];
  /** An instance that is not measured any more is dropped once its window has passed. */
  readonly untilMs: number;
}

export const NO_WINDOW_STATE: WindowState = new Map();

/** There is no line before levels span this share of the window. */
const KNOWN_SHARE = 0.5;

/** For one broker or source. Twenty levels of each are about 2 MB; further instances are not followed, only counted. */
export const INSTANCES_MAX = 2_000;

export interface WindowUpdate {
  readonly after: WindowState;
  /** The instances of these rules, with the value their condition compares; null where it is not known yet. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Keys of absences that lasted a day: the object counts as ended. */
  readonly over: ReadonlySet<string>;
  /** The number of instances beyond the bound, which these rules do not evaluate. */
  readonly leftOut: number;
}

const NOTHING: WindowUpdate = { after: NO_WINDOW_STATE, instances: new Map(), over: new Set(), leftOut: 0 };

const needsWindow = ({ condition }: Rule): boolean => condition.kind !== "value";

/** (past, measured values) → past, and the instances with the values that their conditions compare. */
export function updateWindow(
  before: WindowState,
  measured: ReadonlyMap<string, Instance>,
  input: WindowInput,
): WindowUpdate {
  if (!input.rules.some(needsWindow)) return NOTHING;
  const after = new Map<string, WindowPoints>();
  const instances = new Map<string, Instance>();
  const over = new Set<string>();
  for (const [key, known] of [...before, ...openAbsences(before, input)]) {
    if (known.is === "window") {
      if (measured.has(key) || known.untilMs >= input.nowMs) after.set(key, known);
      continue;
    }
    const next = followAbsence(known, key, measured.get(key)?.value ?? null, input);
    if (next === null) continue;
    if (next.after === null) over.add(key);
    else after.set(key, next.after);
    if (next.instance !== null) instances.set(key, next.instance);
  }
  const leftOut = addMeasured(measured, after, instances, input.nowMs);
  return { after, instances, over, leftOut };
}

/** Adds measured values to their windows and begins new ones. Returns the number of instances without room. */
function addMeasured(
  measured: ReadonlyMap<string, Instance>,
  after: Map<string, WindowPoints>,
  instances: Map<string, Instance>,
  nowMs: number,
): number {
  let leftOut = 0;
  for (const [key, instance] of measured) {
    if (!needsWindow(instance.rule) || instances.has(key)) continue;
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

/** Absences that were open when the process ended: the values of their alerts are how long they had lasted. */
function openAbsences(
  before: WindowState,
  { rules, open, nowMs }: WindowInput,
): readonly (readonly [string, AbsenceState])[] {
  if (!rules.some(({ condition }) => condition.kind === "absent")) return [];
  return [...open.values()].flatMap(({ alert }) => {
    const { rule, labels, value } = alert;
    const key = keyOf(rule, labels);
    if (before.has(key) || ruleFor(rules, rule, labels)?.condition.kind !== "absent") return [];
    const absentMs = (value ?? 0) * SECOND;
    return [[key, { is: "absence", rule, labels, ended: true, absentMs, polledMs: nowMs }] as const];
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
  const points = addLevel(before?.points ?? [], { atMs: nowMs, level: instance.value }, overMs);
  const line = slopeOf(points, overMs, KNOWN_SHARE);
  const value = line === null ? null : comparedValue(line, instance.rule);
  const context = line === null ? instance.context : { ...instance.context, ...contextOf(line) };
  return { after: { is: "window", points, untilMs: nowMs + overMs }, instance: { ...instance, value, context } };
}

function comparedValue(line: Slope, { condition }: Rule): number {
  return condition.kind === "forecast" ? line.at + (line.perMinute * condition.withinMs) / MINUTE : line.perMinute;
}

/** For the sentence: what is measured now, and how it grows. */
const contextOf = ({ now, perMinute }: Slope): Context => ({ valueNow: now, slopePerMinute: perMinute });
